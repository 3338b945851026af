//! The mail server through which receipts are sent: set up, tried with a mail that says nothing else, and taken away.

use iced::widget::{Column, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use crate::domain::Secret;
use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::banner::{banner, mark};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::setting_sheet::{choice, field, hint, part, secret_field, wrapped};
use crate::gui::widgets::visited_last;
use crate::settings::{MailSecurity, MailSettings, SECRET_AT_MOST};

/// The id of the first field.
pub const HOST: &str = "slip-mail-host";
/// Of a name or an address.
const TYPED_AT_MOST: usize = 254;
/// Of a port.
const DIGITS: usize = 5;
const CHOICE: f32 = 220.0;

#[derive(Debug, Clone, Default)]
pub struct MailServer {
    /// As the settings have it; `None` inside: there is none.
    known: Option<Option<MailSettings>>,
    host: String,
    port: String,
    security: MailSecurity,
    user: String,
    password: Secret,
    from: String,
    /// Where the trial goes.
    to: String,
    said: Said,
    /// What is on its way takes it away.
    removing: bool,
}

#[derive(Debug, Clone, PartialEq, Default)]
enum Said {
    #[default]
    Nothing,
    Keeping,
    Kept,
    Removed,
    Trying(String),
    Tried(String),
    Failed(Problem),
}

/// What somebody wants of it.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedMailServer {
    /// `None`: no mails are sent any more.
    pub mail: Option<MailSettings>,
    /// `None`: the one that is kept stays, for the same server and user.
    pub password: Option<Secret>,
}

#[derive(Debug, Clone)]
pub enum Message {
    HostTyped(String),
    PortTyped(String),
    SecurityChosen(MailSecurity),
    UserTyped(String),
    PasswordTyped(Secret),
    FromTyped(String),
    ToTyped(String),
    SavePressed,
    RemovePressed,
    TryPressed,
    BackPressed,
    Kept(Result<(), Problem>),
    Tried(Result<(), Problem>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Keep(Box<WantedMailServer>),
    Try(String),
    Leave,
}

impl MailServer {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Enter => Some(Message::SavePressed),
            _ => None,
        }
    }

    /// As the settings have it; what was typed since stays.
    pub fn read(&mut self, read: Result<Option<MailSettings>, Problem>) {
        let mail = match read {
            Ok(mail) => mail,
            Err(problem) => {
                self.said = Said::Failed(problem);
                return;
            }
        };
        if self.known.is_none()
            && let Some(mail) = mail.clone()
        {
            self.port = mail.port.map(|port| port.to_string()).unwrap_or_default();
            (self.host, self.security, self.from) = (mail.host, mail.security, mail.from);
            self.user = mail.user.unwrap_or_default();
        }
        self.known = Some(mail);
    }

    /// Whatever was typed is nobody else's to read.
    pub fn forget_password(&mut self) {
        self.password = Secret::new("");
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::BackPressed => return Action::Leave,
            Message::Kept(kept) => {
                let removed = std::mem::take(&mut self.removing);
                if kept.is_ok() {
                    self.forget_password();
                }
                if kept.is_ok() && removed {
                    *self = MailServer { known: Some(None), said: Said::Removed, ..MailServer::default() };
                    return Action::None;
                }
                self.said = kept.map_or_else(Said::Failed, |()| Said::Kept);
            }
            Message::Tried(tried) => {
                self.said = match (tried, std::mem::take(&mut self.said)) {
                    (Ok(()), Said::Trying(to)) => Said::Tried(to),
                    (Ok(()), said) => said,
                    (Err(problem), _) => Said::Failed(problem),
                };
            }
            // What is on its way is what was typed.
            _ if matches!(self.said, Said::Keeping | Said::Trying(_)) => {}
            Message::SavePressed if self.can_save() => {
                self.said = Said::Keeping;
                return Action::Keep(Box::new(self.wanted()));
            }
            Message::RemovePressed if self.is_set_up() => {
                (self.said, self.removing) = (Said::Keeping, true);
                return Action::Keep(Box::new(WantedMailServer { mail: None, password: None }));
            }
            Message::TryPressed if self.can_try() => {
                self.said = Said::Trying(self.to.clone());
                return Action::Try(self.to.clone());
            }
            Message::SavePressed | Message::RemovePressed | Message::TryPressed => {}
            typed => self.type_in(typed),
        }
        Action::None
    }

    fn type_in(&mut self, message: Message) {
        self.said = Said::Nothing;
        match message {
            Message::HostTyped(host) => self.host = typed(&host),
            Message::PortTyped(port) => self.port = port.chars().filter(char::is_ascii_digit).take(DIGITS).collect(),
            Message::SecurityChosen(security) => self.security = security,
            Message::UserTyped(user) => self.user = typed(&user),
            Message::PasswordTyped(password) if password.reveal().len() <= SECRET_AT_MOST => self.password = password,
            Message::FromTyped(from) => self.from = typed(&from),
            Message::ToTyped(to) => self.to = typed(&to),
            _ => {}
        }
    }

    fn wanted(&self) -> WantedMailServer {
        let some = |words: &str| Some(words.trim().to_owned()).filter(|words| !words.is_empty());
        // What was set on the command line, and is not on this page.
        let ca_file = self.known.as_ref().and_then(|known| known.as_ref()?.ca_file.clone());
        let mail = MailSettings {
            port: self.port.parse().ok(),
            security: self.security,
            user: some(&self.user),
            ca_file,
            ..MailSettings::new(self.host.trim(), self.from.trim())
        };
        let password = Some(self.password.clone()).filter(|password| !password.reveal().is_empty());
        WantedMailServer { mail: Some(mail), password }
    }

    fn is_set_up(&self) -> bool {
        matches!(self.known, Some(Some(_)))
    }

    fn can_save(&self) -> bool {
        let is_port = self.port.is_empty() || self.port.parse::<u16>().is_ok_and(|port| port > 0);
        let is_new = self.known.as_ref().is_some_and(|known| *known != self.wanted().mail);
        let is_whole = !self.host.trim().is_empty() && !self.from.trim().is_empty() && is_port;
        // A password without a user is nobody's.
        let is_password = !self.password.reveal().is_empty();
        let has_user = !self.user.trim().is_empty();
        is_whole && (is_new || is_password) && (has_user || !is_password) && !self.is_waiting()
    }

    /// What is tried is what is kept.
    fn can_try(&self) -> bool {
        self.is_set_up() && !self.can_save() && self.to.contains('@') && !self.is_waiting()
    }

    fn is_waiting(&self) -> bool {
        matches!(self.said, Said::Keeping | Said::Trying(_))
    }

    pub fn view<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(130);
        let save = scene.with_key("window-mail-save", Press::Enter);
        let save = action("mail-save", save, Role::Go, self.can_save().then_some(Message::SavePressed)).width(200);
        let remove = (self.is_set_up() && !self.is_waiting()).then_some(Message::RemovePressed);
        let remove = action("mail-remove", scene.text("window-mail-remove"), Role::Plain, remove).width(150);
        let title = text(scene.text("window-mail-title")).size(theme::LARGE).width(Fill);
        let head = row![title, save, remove, back].spacing(GAP).align_y(Center);
        // It stands there also when it is empty: what stands below keeps its place, and with it the focus.
        let above = Column::new().push(self.said(scene));
        let parts = scrollable(self.parts(scene)).style(theme::scroll).height(Fill);
        container(visited_last::above(head, column![above, parts].spacing(GAP).height(Fill), GAP))
            .padding(scene.edge())
            .into()
    }

    fn said<'a>(&'a self, scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let told = |sign, words| mark(|colours| colours.notice, sign, words, theme::BODY);
        let about = |key: &str, to: &str| scene.texts.with(key, &[("address", to)]);
        Some(match &self.said {
            Said::Nothing => return None,
            Said::Keeping => told("▶", scene.text("window-mail-keeping")),
            Said::Removed => told("✔", scene.text("window-mail-none")),
            Said::Kept => told("✔", scene.text("window-mail-kept")),
            Said::Trying(to) => told("▶", about("window-hand-out-sending", to)),
            Said::Tried(to) => told("✔", about("window-hand-out-sent", to)),
            Said::Failed(problem) => banner(|colours| colours.declined, "⚠", problem.text(scene.texts), None),
        })
    }

    fn parts<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let line = |id, value, typed: fn(String) -> Message| field(id, value, typed, Message::SavePressed);
        let securities = [
            ("slip-mail-tls", "window-mail-tls", MailSecurity::Tls),
            ("slip-mail-start-tls", "window-mail-start-tls", MailSecurity::StartTls),
        ];
        let securities = securities.into_iter().map(|(id, key, security)| {
            choice(id, scene.text(key), security == self.security, Message::SecurityChosen(security), CHOICE)
        });
        let from = line("slip-mail-from", &self.from, Message::FromTyped);
        let user = line("slip-mail-user", &self.user, Message::UserTyped);
        let password = secret_field("slip-mail-password", &self.password, Message::PasswordTyped, Message::SavePressed);
        let port = line("slip-mail-port", &self.port, Message::PortTyped);
        Column::new()
            .push(part("window-mail-host", [line(HOST, &self.host, Message::HostTyped)], scene))
            .push(part("window-mail-from", [from, hint("window-mail-from-help", scene)], scene))
            .push(part("window-mail-user", [user, hint("window-mail-user-help", scene)], scene))
            .push(part("window-mail-password", [password, hint("window-mail-password-help", scene)], scene))
            .push(part("window-mail-security", [wrapped(securities)], scene))
            .push(part("window-mail-port", [port, hint("window-mail-port-help", scene)], scene))
            .push(self.trial(scene))
            .spacing(GAP)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO })
            .into()
    }

    fn trial<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let to = field("slip-mail-to", &self.to, Message::ToTyped, Message::TryPressed);
        let send = self.can_try().then_some(Message::TryPressed);
        let send = action("mail-try", scene.text("window-hand-out-send"), Role::Plain, send).width(150);
        part("window-mail-try", [row![to, send].spacing(GAP).align_y(Center).into()], scene)
    }
}

fn typed(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_control()).take(TYPED_AT_MOST).collect()
}
