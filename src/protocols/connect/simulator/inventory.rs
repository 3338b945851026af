//! The site's terminals at the counter (8.2). Those for the tables are in `profile.rs`.

use super::conduct::Conduct;
use crate::protocols::connect::messages::{PaymentMethod, Verification};

/// What the cloud lists.
const LISTED: [&str; 10] = [
    "70031188",
    "70031196",
    "70032007",
    "70039990",
    "VCMDEMOSIP0",
    "VCMDEMODIP0",
    "VCMDEMOSCD0",
    "VCMDEMOSIS0",
    "VCMDEMOUIP0",
    "VCMDEMOTIP0",
];
/// What a virtual terminal's id begins with, and how many characters of the account follow.
const VIRTUAL: (&str, usize) = ("VCM", 4);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terminal {
    /// Of the one currency it is set up for (2).
    pub currency: &'static str,
    /// Knows `duplicate`, completions and reports (4.0).
    pub is_ingenico: bool,
    pub nature: Nature,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nature {
    /// Does what the amount says.
    Auto,
    /// Does what its id says.
    Virtual(Virtual),
    /// On the list, and never free.
    AlwaysBusy,
}

/// What the last four characters of a virtual terminal's id say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Virtual {
    pub conduct: Conduct,
    pub entry: PaymentMethod,
    pub verification: Verification,
}

/// `site` is the currency of the site's own terminals.
pub fn find(tid: &str, site: &'static str) -> Option<Terminal> {
    let own = |nature| Terminal { currency: site, is_ingenico: true, nature };
    match tid {
        "70031188" | "70031196" => Some(own(Nature::Auto)),
        "70032007" => Some(Terminal { currency: "EUR", is_ingenico: false, nature: Nature::Auto }),
        "70039990" => Some(own(Nature::AlwaysBusy)),
        _ => of_id(tid).map(|coded| own(Nature::Virtual(coded))),
    }
}

/// The listed terminals with their ids.
pub fn listed(site: &'static str) -> impl Iterator<Item = (&'static str, Terminal)> {
    LISTED.into_iter().filter_map(move |tid| Some((tid, find(tid, site)?)))
}

pub fn is_listed(tid: &str) -> bool {
    LISTED.contains(&tid)
}

/// Any account's virtual terminals work, though only those of one account are listed.
fn of_id(tid: &str) -> Option<Virtual> {
    let (account, code) = tid.strip_prefix(VIRTUAL.0)?.split_at_checked(VIRTUAL.1)?;
    let is_account = account.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let [result, entry, verification, digit] = <[u8; 4]>::try_from(code.as_bytes()).ok()?;
    if !is_account || !digit.is_ascii_digit() {
        return None;
    }
    let conduct = match result {
        b'S' => Conduct::Approves,
        b'D' => Conduct::Declines,
        b'U' => Conduct::ProcessingError,
        b'T' => Conduct::TimesOut,
        b'V' => Conduct::Voids,
        b'X' => Conduct::CustomerCancels,
        _ => return None,
    };
    let entry = match entry {
        b'I' => PaymentMethod::IccChip,
        b'C' => PaymentMethod::Contactless,
        b'W' => PaymentMethod::Swiped,
        b'K' => PaymentMethod::Keyed,
        _ => return None,
    };
    let verification = match verification {
        b'P' => Verification::Pin,
        b'D' => Verification::Device,
        b'S' => Verification::Signature,
        b'N' => Verification::None,
        _ => return None,
    };
    Some(Virtual { conduct, entry, verification })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn everything_listed_is_found() {
        assert_eq!(listed("GBP").count(), LISTED.len());
    }

    #[test]
    fn a_virtual_terminals_id_says_what_it_does() {
        let of = |tid| match find(tid, "GBP").unwrap().nature {
            Nature::Virtual(coded) => (coded.conduct, coded.entry, coded.verification),
            other => panic!("{other:?}"),
        };
        assert_eq!(of("VCMDEMOSCD0"), (Conduct::Approves, PaymentMethod::Contactless, Verification::Device));
        assert_eq!(of("VCM77A0VWS9"), (Conduct::Voids, PaymentMethod::Swiped, Verification::Signature));
    }

    #[test]
    fn ids_of_another_form_are_nobodys() {
        for tid in [
            "",
            "VCM",
            "VCMDEMO",
            "VCMDEMOSIP",
            "VCMDEMOSIPX",
            "VCMDEMOSIP00",
            "VCMdemoSIP0",
            "VCMDEMOQIP0",
            "70039999",
            "VCMÄÄSIP0",
        ] {
            assert_eq!(find(tid, "GBP"), None, "{tid}");
        }
    }
}
