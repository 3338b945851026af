//! A slip that is not printed: what the printer wants, and the ways on. No payment waits for it.

use iced::Element;

use super::desk::{self, Desk};
use super::keys::Press;
use super::print_desk::Message;
use super::scene::Scene;
use super::widgets::banner::{Remedy, banner};
use crate::domain::Copy;
use crate::printing::{JobState, QueueTrouble};

/// What has to be said of printers, and what somebody is asked about them.
pub fn view<'a>(desk: &'a Desk, scene: Scene<'a>) -> impl Iterator<Item = Element<'a, desk::Message>> {
    fault(desk, scene).into_iter().chain(question(desk, scene))
}

/// Nothing waits for the answer: whoever goes on to the next customer has said no.
fn question<'a>(desk: &'a Desk, scene: Scene<'a>) -> Option<Element<'a, desk::Message>> {
    let (_, copy) = desk.asked_copy()?;
    let key = match copy {
        Copy::Customer => "window-print-ask-customer",
        Copy::Merchant => "window-print-ask-merchant",
    };
    let yes = scene.with_key("window-print", Press::Control('p'));
    let say = desk::Message::Print;
    let remedies = [
        Remedy { id: "print-asked", label: yes, message: say(Message::PrintPressed) },
        Remedy { id: "print-not", label: scene.text("window-print-not"), message: say(Message::NotPrintPressed) },
    ];
    Some(banner(|colours| colours.notice, "?", scene.text(key), remedies))
}

fn fault<'a>(desk: &'a Desk, scene: Scene<'a>) -> Option<Element<'a, desk::Message>> {
    let Some(job) = desk.printing.faulty() else {
        let trouble = desk.printing.trouble()?;
        let words = scene.texts.with_words(trouble.key(), &trouble.placeables());
        // The other one is over when the disk takes something again.
        let read = matches!(trouble, QueueTrouble::Unreadable(_)).then(|| Remedy {
            id: "print-trouble-read",
            label: scene.text("window-ok"),
            message: desk::Message::Print(Message::TroubleRead),
        });
        return Some(banner(|colours| colours.notice, "⚠", words, read));
    };
    let JobState::Faulty { fault, .. } = &job.state else { return None };
    let title = job.title.words(scene.texts);
    let words = scene.texts.with(
        "window-print-fault",
        &[("printer", &job.printer), ("title", &title), ("fault", &scene.text(fault.key()))],
    );
    let id = job.id;
    let say = desk::Message::Print;
    let again =
        Remedy { id: "print-again", label: scene.text("window-print-again"), message: say(Message::AgainPressed(id)) };
    let other = desk.printing.other_printer(&job.printer).map(|printer| Remedy {
        id: "print-elsewhere",
        label: scene.texts.with("window-print-elsewhere", &[("printer", printer)]),
        message: say(Message::ElsewherePressed(id, printer.to_owned())),
    });
    let without = Remedy {
        id: "print-without",
        label: scene.text("window-print-without"),
        message: say(Message::GiveUpPressed(id)),
    };
    let remedies = [Some(again), other, Some(without)].into_iter().flatten();
    Some(banner(|colours| colours.notice, "⚠", words, remedies))
}
