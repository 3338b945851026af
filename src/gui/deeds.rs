//! Which messages are a person's doing: what the till says by itself keeps nobody signed in. Every message that can be news is
//! named here, so that a new one has to be put on one side.

use super::print_desk;
use super::{app, bill_desk, desk, setting_up, signing_in};
use crate::gui::screens::{
    day, diagnostics, hand_out, history, mail_server, opening, printers, reports, safe_mode, search, unresolved,
};

/// Whether a person did something.
pub fn is_deed(message: &app::Message) -> bool {
    use app::Message as M;
    match message {
        M::Opening(said) => match said {
            opening::Message::RetryPressed | opening::Message::LeavePressed => true,
            opening::Message::Failed(_) | opening::Message::Upgrading(_) => false,
        },
        M::SafeMode(said) => match said {
            safe_mode::Message::Chosen(_) | safe_mode::Message::LeavePressed => true,
            safe_mode::Message::LastGoodFound(_) | safe_mode::Message::Mended(_) => false,
        },
        M::Desk(said) => is_deed_at_desk(said),
        M::KeyPressed(_)
        | M::Read(_)
        | M::CloseRequested
        | M::FileDropped(_)
        | M::FullScreenPressed
        | M::Settings(_)
        | M::Guide(_)
        | M::SettingChanged(_) => true,
        M::TillOpened(_)
        | M::SettingsTakenUp(_)
        | M::PricesImported(_)
        | M::ReceiptsRead(_)
        | M::ReceiptsKept(_)
        | M::Ticked
        | M::SettingNotKept(_)
        | M::ScreenMeasured(_) => false,
    }
}

fn is_deed_at_desk(message: &desk::Message) -> bool {
    use desk::Message as D;
    match message {
        D::TerminalChosen(_)
        | D::PlacePressed(_)
        | D::ReprintPressed
        | D::ConnectPressed
        | D::ProblemRead
        | D::NoticesRead
        | D::Read(_)
        | D::LeaveRequested
        | D::StayPressed
        | D::LeavePressed
        | D::Day(_)
        | D::RingUp(_)
        | D::Payment(_)
        | D::Receipts(_)
        | D::TillFace(_) => true,
        D::TerminalChanged(_)
        | D::JournalChanged
        | D::RecentRead(_)
        | D::Started(..)
        | D::GaveBack(_)
        | D::AnswerRefused(_)
        | D::SigningFailed(_)
        | D::DecisionRecorded(_)
        | D::DayEnded(..)
        | D::NotPrinted(_)
        | D::Scanned(..) => false,
        D::ShopDay(said) => is_deed_about_the_day(said),
        D::SettingUp(said) => !matches!(said, setting_up::Message::News(_)),
        D::HandOut(said) => !matches!(said, hand_out::Message::Sent(..)),
        D::MailServer(said) => !matches!(said, mail_server::Message::Kept(_) | mail_server::Message::Tried(_)),
        D::Printers(said) => !matches!(said, printers::Message::Found(_)),
        D::Print(said) => !matches!(said, print_desk::Message::Changed(_)),
        D::Reports(said) => match said {
            reports::Message::Picked(_) | reports::Message::BackPressed => true,
            reports::Message::Read(_) => false,
        },
        D::Bills(said) => is_deed_about_bills(said),
        D::History(said) => is_deed_in_the_history(said),
        D::Unresolved(said) => is_deed_about_doubt(said),
        D::Diagnostics(said) => match said {
            diagnostics::Message::BackPressed
            | diagnostics::Message::BundlePressed
            | diagnostics::Message::DetailPicked(..) => true,
            diagnostics::Message::Read(_)
            | diagnostics::Message::BundleMade(_)
            | diagnostics::Message::DetailKept(_) => false,
        },
        D::Search(said) => match said {
            search::Message::StartPressed
            | search::Message::StopPressed
            | search::Message::AnswerPicked(_)
            | search::Message::BackPressed => true,
            search::Message::Planned(_) | search::Message::Heard(..) | search::Message::Ended { .. } => false,
        },
        D::Signing(said) => match said {
            signing_in::Message::Screen(_) | signing_in::Message::Manage(_) | signing_in::Message::SignOutPressed => {
                true
            }
            signing_in::Message::Read(_)
            | signing_in::Message::Tried(..)
            | signing_in::Message::NotAllowed { .. }
            | signing_in::Message::Changed(_) => false,
        },
    }
}

fn is_deed_about_the_day(message: &day::Message) -> bool {
    use day::Message as D;
    match message {
        D::Picked(_) | D::ClosePressed | D::Confirmed | D::Kept | D::BackPressed => true,
        D::Read(_) | D::Told(_) | D::Closed(_) => false,
    }
}

fn is_deed_about_bills(message: &bill_desk::Message) -> bool {
    use bill_desk::Message as B;
    match message {
        B::Lines(_)
        | B::Edit(_)
        | B::Cash(_)
        | B::Split(_)
        | B::Park(_)
        | B::Settled(_)
        | B::Tables(_)
        | B::TablesPressed
        | B::LeftOverTaken
        | B::LeftOverKept => true,
        B::News(_) => false,
    }
}

fn is_deed_in_the_history(message: &history::Message) -> bool {
    use history::Message as H;
    match message {
        H::SearchTyped(_)
        | H::Filter(_)
        | H::Scrolled { .. }
        | H::Stepped(_)
        | H::PagedUp
        | H::PagedDown
        | H::HomePressed
        | H::EndPressed
        | H::OpenPressed
        | H::PaymentPicked(_)
        | H::Payment(_)
        | H::DayPressed
        | H::ReportsPressed
        | H::BackPressed => true,
        H::Read(..) | H::PaymentRead(..) => false,
    }
}

fn is_deed_about_doubt(message: &unresolved::Message) -> bool {
    use unresolved::Message as U;
    match message {
        U::AskPressed { .. }
        | U::DecidePressed(_)
        | U::Chosen(_)
        | U::NameTyped(_)
        | U::ReasonTyped(_)
        | U::Decided { .. }
        | U::BackPressed => true,
        U::SignedIn(_) | U::Recorded { .. } => false,
    }
}
