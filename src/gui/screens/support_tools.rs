//! What is done for support in the diagnostics: one zip, and more in the logs for a day.

use iced::widget::{Column, Row, column, container, row, text};
use iced::{Center, Element, Fill, FillPortion};

use super::diagnostics::{Bundle, Message};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::logs::Part;

pub fn bundle<'a>(bundle: &'a Bundle, scene: Scene<'a>) -> Element<'a, Message> {
    let (said, message) = match bundle {
        Bundle::None => (scene.text("window-bundle-hint"), Some(Message::BundlePressed)),
        Bundle::Making => (scene.text("window-bundle-making"), None),
        Bundle::Made(file) => (scene.texts.with("window-bundle-made", &[("file", file)]), Some(Message::BundlePressed)),
        Bundle::Failed(problem) => (problem.text(scene.texts), Some(Message::BundlePressed)),
    };
    let make = action("make-bundle", scene.text("window-bundle-make"), Role::Plain, message).width(260);
    let said = text(said).size(theme::BODY).width(Fill);
    sheet(row![said, make].spacing(GAP).align_y(Center).into())
}

/// How much each part writes to the log files.
pub fn levels<'a>(detailed: &[Part], scene: Scene<'a>) -> Element<'a, Message> {
    let title = text(scene.text("window-log-detail")).size(theme::LARGE);
    let lines = Part::ALL.into_iter().map(|part| line(part, detailed.contains(&part), scene));
    sheet(column![title, Column::with_children(lines).spacing(GAP)].spacing(GAP).into())
}

fn line<'a>(part: Part, is_detailed: bool, scene: Scene<'a>) -> Element<'a, Message> {
    let choice = |id: &str, key, chosen: bool, more: bool, width: u16| {
        let role = if chosen { Role::Chosen } else { Role::Plain };
        let message = Some(Message::DetailPicked(part, more));
        action(format!("log-{part}-{id}"), scene.text(key), role, message).width(u32::from(width)).into()
    };
    let choices = [
        choice("usual", "window-log-usual", !is_detailed, false, 160),
        choice("more", "window-log-more", is_detailed, true, 260),
    ];
    let name = text(scene.text(name_of(part))).size(theme::BODY).width(FillPortion(3));
    let choices = Row::with_children(choices).spacing(GAP);
    row![name, container(choices).width(FillPortion(5))].spacing(GAP).align_y(Center).into()
}

fn name_of(part: Part) -> &'static str {
    match part {
        Part::Links => "window-log-part-links",
        Part::Protocols => "window-log-part-protocols",
        Part::Terminal => "window-log-part-terminal",
        Part::Journal => "window-log-part-journal",
        Part::Settings => "window-log-part-settings",
        Part::Gui => "window-log-part-gui",
        Part::Cli => "window-log-part-cli",
    }
}

fn sheet<'a>(content: Element<'a, Message>) -> Element<'a, Message> {
    container(content).padding(14).width(Fill).style(theme::sheet).into()
}
