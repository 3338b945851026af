//! A slip that is not printed: what the printer wants, and the ways on. No payment waits for it.

use iced::Element;

use super::desk::{self, Desk};
use super::print_desk::Message;
use super::scene::Scene;
use super::widgets::banner::{Remedy, banner};
use crate::printing::JobState;

pub fn view<'a>(desk: &'a Desk, scene: Scene<'a>) -> Option<Element<'a, desk::Message>> {
    if let Some(trouble) = &desk.printing.view.trouble {
        let words = scene.texts.with_words(trouble.key(), &trouble.placeables());
        return Some(banner(|colours| colours.notice, "⚠", words, None));
    }
    let job = desk.printing.faulty()?;
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
