//! What the doctor found at each terminal, in English, for support.

use std::fmt::Write;

use super::contents::{Contents, Part};
use crate::doctor::{Finding, Judgement};
use crate::texts::Texts;

/// One terminal's name and what was found at it.
pub type Examined = (String, Vec<Finding>);

pub(super) fn add_to(contents: &mut Contents, examined: &Option<Vec<Examined>>) {
    match examined {
        Some(examined) => {
            let texts = Texts::new(Some("en-GB"));
            let told = examined.iter().map(|(terminal, findings)| report(terminal, findings, &texts));
            contents.add(Part { name: "doctor.txt".to_owned(), pieces: told.collect() });
        }
        None => contents.leave_out("doctor.txt: nobody asked for the terminals to be tested".to_owned()),
    }
}

fn report(terminal: &str, findings: &[Finding], texts: &Texts) -> String {
    let mut told = format!("{terminal}\n");
    for finding in findings {
        let sign = match finding.judgement {
            Judgement::Fault(_) => "FAULT",
            other => other.word(),
        };
        let text = finding.text_with_detail(texts);
        let (check, took) = (finding.check.word(), finding.took.as_millis());
        // writing into a string does not fail
        let _ = writeln!(told, "  {sign:<5} {check:<12} {took:>6} ms  {text}");
    }
    told
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::doctor::Check;
    use crate::domain::outcome::Fault;

    #[test]
    fn what_the_doctor_found_is_told_in_english() {
        let finding = Finding {
            check: Check::Session,
            judgement: Judgement::Fault(Fault::Link),
            key: "doctor-session-no-answer".to_owned(),
            words: Vec::new(),
            detail: Some("EOF".to_owned()),
            took: Duration::from_millis(35_000),
        };
        let mut contents = Contents::default();
        add_to(&mut contents, &Some(vec![("front".to_owned(), vec![finding])]));
        let told = contents.parts.iter().flat_map(|part| part.pieces.clone()).collect::<String>();
        let text = Texts::new(Some("en-GB")).get("doctor-session-no-answer");
        assert_eq!(told, format!("front\n  FAULT session       35000 ms  {text} (EOF)\n"));
        add_to(&mut contents, &None);
        assert_eq!(contents.left_out.len(), 1);
    }
}
