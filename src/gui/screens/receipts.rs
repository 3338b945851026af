//! What is on the shop's receipts, and when they are printed: typed at the left, as it will be printed at the right.

use std::sync::Arc;

use iced::widget::{Column, Row, column, container, row, scrollable, text};
use iced::{Center, Element, Fill};

use super::receipt_preview;
use crate::domain::Copy;
use crate::gui::keys::Press;
use crate::gui::problem::Problem;
use crate::gui::receipts_link::{KnownReceipts, WantedReceipts};
use crate::gui::scene::Scene;
use crate::gui::theme::{self, GAP, Role};
use crate::gui::widgets::focusable_button::action;
use crate::gui::widgets::setting_sheet::{self, part, wrapped};
use crate::gui::widgets::visited_last;
use crate::settings::{
    PrintWhen, QrContent, RECEIPT_LINE_AT_MOST, RECEIPT_LINES_AT_MOST, SHOP_NAME_AT_MOST, TerminalPrinting,
};
use crate::terminal::TerminalView;
use crate::texts::Texts;

/// The id of the first field.
const SHOP: &str = "slip-shop";
/// So wide that four stand beside each other in the smallest window but one.
const CHOICE: f32 = 100.0;
/// Of a path, or a web address.
const PATH_AT_MOST: usize = 1_000;
/// Where a web address begins to be typed.
const ADDRESS_OF_CODE: &str = "https://";

#[derive(Debug, Default)]
pub struct Receipts {
    /// As the file has it; `None` while it is being read.
    known: Option<KnownReceipts>,
    wanted: KnownReceipts,
    /// Whose printing is looked at; `None`: that of all terminals together.
    of: Option<String>,
    /// As typed: an empty line between two others is one on the paper, one at the end is none.
    header: [String; RECEIPT_LINES_AT_MOST],
    footer: [String; RECEIPT_LINES_AT_MOST],
    sent: bool,
    problem: Option<Problem>,
    /// The words of the preview, where they are in another language than the screen's.
    words: Option<Texts>,
}

#[derive(Debug, Clone)]
pub enum Message {
    ShopTyped(String),
    HeaderTyped(usize, String),
    FooterTyped(usize, String),
    TaxNumberTyped(String),
    LogoTyped(String),
    /// `None`: the screen's.
    LanguageChosen(Option<&'static str>),
    /// `None`: all terminals together.
    TerminalChosen(Option<String>),
    /// `None`: as for all terminals.
    WhenChosen(Copy, Option<PrintWhen>),
    BillChosen(PrintWhen),
    /// What a customer's telephone reads; `None`: nothing.
    CodeChosen(Option<QrContent>),
    CodeAddressTyped(String),
    /// `None`: nothing is printed unasked; at one terminal, as for all.
    PrinterChosen(Option<String>),
    SavePressed,
    MailPressed,
    BackPressed,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    None,
    Keep(Box<WantedReceipts>),
    /// Through which server mails go.
    Mail,
    Leave,
}

impl Receipts {
    /// What a key means here.
    pub fn key(press: Press) -> Option<Message> {
        match press {
            Press::Escape => Some(Message::BackPressed),
            Press::Enter => Some(Message::SavePressed),
            _ => None,
        }
    }

    /// Somebody comes here anew.
    pub fn open(&mut self) {
        *self = Receipts::default();
    }

    /// As the file has it; `kept`: as it was changed here.
    pub fn read(&mut self, read: Result<KnownReceipts, Problem>, kept: bool) {
        self.sent &= !kept;
        match read {
            Ok(known) => {
                if self.known.is_none() || kept {
                    self.take(&known);
                }
                // Not on this page, and perhaps changed elsewhere.
                self.wanted.receipts.mail.clone_from(&known.receipts.mail);
                self.wanted.receipts.unknown.clone_from(&known.receipts.unknown);
                self.known = Some(known);
                self.problem = None;
            }
            Err(problem) => self.problem = Some(problem),
        }
    }

    fn take(&mut self, known: &KnownReceipts) {
        self.wanted = known.clone();
        self.header = fields(&known.receipts.header);
        self.footer = fields(&known.receipts.footer);
        self.speak();
    }

    fn speak(&mut self) {
        self.words = self.wanted.receipts.language.as_deref().map(|language| Texts::new(Some(language)));
    }

    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::ShopTyped(name) => self.wanted.shop = some(typed(&name, SHOP_NAME_AT_MOST)),
            Message::HeaderTyped(place, words) => put(&mut self.header, place, &words),
            Message::FooterTyped(place, words) => put(&mut self.footer, place, &words),
            Message::TaxNumberTyped(number) => {
                self.wanted.receipts.tax_number = some(typed(&number, RECEIPT_LINE_AT_MOST))
            }
            Message::LogoTyped(path) => self.wanted.receipts.logo = some(typed(&path, PATH_AT_MOST)),
            Message::LanguageChosen(language) => {
                self.wanted.receipts.language = language.map(str::to_owned);
                self.speak();
            }
            Message::TerminalChosen(terminal) => self.of = terminal,
            Message::WhenChosen(copy, when) => self.choose_when(copy, when),
            Message::BillChosen(when) => self.wanted.receipts.bill = when,
            Message::CodeChosen(code) => self.wanted.receipts.qr_code = code,
            Message::CodeAddressTyped(address) => {
                self.wanted.receipts.qr_code = Some(QrContent::Address(typed(&address, PATH_AT_MOST)));
            }
            Message::PrinterChosen(printer) => match self.of.clone() {
                Some(terminal) => self.at(terminal, |own| own.printer = printer),
                None => self.wanted.receipts.printer = printer,
            },
            Message::SavePressed => return self.save(),
            Message::MailPressed => return Action::Mail,
            Message::BackPressed => return Action::Leave,
        }
        self.wanted.receipts.header = lines(&self.header);
        self.wanted.receipts.footer = lines(&self.footer);
        Action::None
    }

    fn choose_when(&mut self, copy: Copy, when: Option<PrintWhen>) {
        let printing = &mut self.wanted.receipts.printing;
        match (self.of.clone(), copy, when) {
            (Some(terminal), Copy::Merchant, when) => self.at(terminal, |own| own.merchant_copy = when),
            (Some(terminal), Copy::Customer, when) => self.at(terminal, |own| own.customer_copy = when),
            (None, Copy::Merchant, Some(when)) => printing.merchant_copy = when,
            (None, Copy::Customer, Some(when)) => printing.customer_copy = when,
            (None, _, None) => {}
        }
    }

    /// Where nothing differs any more, nothing is kept.
    fn at(&mut self, terminal: String, change: impl FnOnce(&mut TerminalPrinting)) {
        let terminals = &mut self.wanted.receipts.terminals;
        let own = terminals.entry(terminal.clone()).or_default();
        change(own);
        if *own == TerminalPrinting::default() {
            terminals.remove(&terminal);
        }
    }

    fn save(&mut self) -> Action {
        if !self.can_save() {
            return Action::None;
        }
        self.sent = true;
        let KnownReceipts { mut shop, mut receipts, .. } = self.wanted.clone();
        receipts.qr_code.take_if(|code| matches!(code, QrContent::Address(address) if address.trim() == ADDRESS_OF_CODE || address.trim().is_empty()));
        for words in [&mut shop, &mut receipts.tax_number, &mut receipts.logo] {
            *words = words.take().map(|words| words.trim().to_owned()).filter(|words| !words.is_empty());
        }
        Action::Keep(Box::new(WantedReceipts { shop, receipts }))
    }

    /// Whether there is something to be kept, and nothing on its way.
    fn can_save(&self) -> bool {
        let wanted = (&self.wanted.shop, &self.wanted.receipts);
        !self.sent && self.known.as_ref().is_some_and(|known| (&known.shop, &known.receipts) != wanted)
    }

    pub fn view<'a>(&'a self, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let back = action("back", scene.text("window-back"), Role::Plain, Some(Message::BackPressed)).width(170);
        let title = text(scene.text("window-receipts-title")).size(theme::LARGE).width(Fill);
        let head = row![title, back].spacing(GAP).align_y(Center);
        let paper = receipt_preview::view(&self.wanted, self.words.as_ref().unwrap_or(scene.texts), scene);
        let body =
            row![column![self.form(terminals, scene), self.end(scene)].spacing(GAP), container(paper).width(370)]
                .spacing(GAP * 2.0)
                .height(Fill);
        container(visited_last::above(head, body, GAP)).padding(scene.edge()).into()
    }

    fn form<'a>(&'a self, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Element<'a, Message> {
        let receipts = &self.wanted.receipts;
        let header = self.header.iter().enumerate().map(|(place, words)| {
            field(format!("slip-header-{place}"), words, move |words| Message::HeaderTyped(place, words))
        });
        let footer = self.footer.iter().enumerate().map(|(place, words)| {
            field(format!("slip-footer-{place}"), words, move |words| Message::FooterTyped(place, words))
        });
        let shop = field(SHOP.to_owned(), optional(&self.wanted.shop), Message::ShopTyped);
        let number = field("slip-tax-number".to_owned(), optional(&receipts.tax_number), Message::TaxNumberTyped);
        let logo = field("slip-logo".to_owned(), optional(&receipts.logo), Message::LogoTyped);
        let rows = Column::new()
            .push(part("window-receipts-shop", [shop], scene))
            .push(part("window-receipts-header", header, scene))
            .push(part("window-receipts-tax-number", [number], scene))
            .push(part("window-receipts-footer", footer, scene))
            .push(part("window-receipts-logo", [logo], scene))
            .push(part("window-receipts-language", [self.languages(scene)], scene))
            .push(self.terminals(terminals, scene))
            .push(part("window-receipts-printer", [self.printers(scene)], scene))
            .push(part("window-receipts-customer", [self.when(Copy::Customer, scene)], scene))
            .push(part("window-receipts-merchant", [self.when(Copy::Merchant, scene)], scene))
            .push(part("window-receipts-bill", [self.bills(scene)], scene))
            .push(part("window-receipts-code", self.codes(scene), scene))
            .push(part("window-mail-title", [self.mail(scene)], scene))
            .spacing(GAP)
            .padding(iced::Padding { right: 16.0, ..iced::Padding::ZERO });
        scrollable(rows).style(theme::scroll).height(Fill).width(Fill).into()
    }

    fn languages<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let chosen = self.wanted.receipts.language.as_deref();
        let screen = choice(
            "slip-language",
            scene.text("window-receipts-language-screen"),
            chosen.is_none(),
            Message::LanguageChosen(None),
        );
        let others = Texts::locales().map(|(tag, name)| {
            let id = format!("slip-language-{tag}");
            choice(&id, name.to_owned(), chosen == Some(tag), Message::LanguageChosen(Some(tag)))
        });
        wrapped(std::iter::once(screen).chain(others))
    }

    /// Where there are several; some print themselves.
    fn terminals<'a>(&'a self, terminals: &'a [Arc<TerminalView>], scene: Scene<'a>) -> Option<Element<'a, Message>> {
        let able = terminals.iter().filter(|terminal| terminal.face.is_none());
        if able.clone().count() < 2 {
            return None;
        }
        let all = scene.text("window-receipts-of-all");
        let all = choice("slip-of", all, self.of.is_none(), Message::TerminalChosen(None));
        let each = able.map(|terminal| {
            let (id, chosen) = (format!("slip-of-{}", terminal.name), self.of.as_ref() == Some(&terminal.name));
            let name = scene.terminal(&terminal.name, terminal.training);
            choice(&id, name, chosen, Message::TerminalChosen(Some(terminal.name.clone())))
        });
        Some(part("window-receipts-of", [wrapped(std::iter::once(all).chain(each))], scene))
    }

    /// What holds at the terminal that is looked at and nowhere else.
    fn own(&self) -> Option<TerminalPrinting> {
        let terminal = self.of.as_ref()?;
        Some(self.wanted.receipts.terminals.get(terminal).cloned().unwrap_or_default())
    }

    fn printers<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        let (chosen, none) = match self.own() {
            Some(own) => (own.printer, "window-receipts-as-all"),
            None => (self.wanted.receipts.printer.clone(), "window-receipts-printer-none"),
        };
        let none = choice("slip-printer", scene.text(none), chosen.is_none(), Message::PrinterChosen(None));
        let others = self.wanted.printers.iter().map(|printer| {
            let message = Message::PrinterChosen(Some(printer.name.clone()));
            let is_chosen = chosen.as_ref() == Some(&printer.name);
            choice(&format!("slip-printer-{}", printer.name), printer.name.clone(), is_chosen, message)
        });
        wrapped(std::iter::once(none).chain(others))
    }

    fn when<'a>(&self, copy: Copy, scene: Scene<'a>) -> Element<'a, Message> {
        let (id, printing, own) = (copy_id(copy), self.wanted.receipts.printing, self.own());
        let now = match (&own, copy) {
            (Some(own), Copy::Merchant) => own.merchant_copy,
            (Some(own), Copy::Customer) => own.customer_copy,
            (None, Copy::Merchant) => Some(printing.merchant_copy),
            (None, Copy::Customer) => Some(printing.customer_copy),
        };
        let as_all = own.map(|_| {
            let words = scene.text("window-receipts-as-all");
            choice(&format!("slip-{id}-0"), words, now.is_none(), Message::WhenChosen(copy, None))
        });
        let whens = whens(id, now, move |when| Message::WhenChosen(copy, Some(when)), scene);
        wrapped(as_all.into_iter().chain(whens))
    }

    fn bills<'a>(&self, scene: Scene<'a>) -> Element<'a, Message> {
        wrapped(whens("bill", Some(self.wanted.receipts.bill), Message::BillChosen, scene))
    }

    /// Nothing of it is on this page: it has one of its own.
    fn mail<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let host = self.known.as_ref().and_then(|known| known.receipts.mail.as_ref()).map(|mail| mail.host.clone());
        let words = host.unwrap_or_else(|| scene.text("window-mail-none"));
        let set_up = action("mail", scene.text("window-mail-set-up"), Role::Plain, Some(Message::MailPressed));
        row![text(words).size(theme::BODY).width(Fill), set_up.width(200)].spacing(GAP).align_y(Center).into()
    }

    /// The address has a field of its own, with the shop's web address in it.
    fn codes<'a>(&'a self, scene: Scene<'a>) -> impl Iterator<Item = Element<'a, Message>> {
        let chosen = &self.wanted.receipts.qr_code;
        let address = match chosen {
            Some(QrContent::Address(address)) => Some(address),
            _ => None,
        };
        let new_address = || Some(QrContent::Address(address.cloned().unwrap_or_else(|| ADDRESS_OF_CODE.to_owned())));
        let choices = [
            ("slip-code-1", "window-receipts-code-none", chosen.is_none(), None),
            (
                "slip-code-2",
                "window-receipts-code-receipt",
                *chosen == Some(QrContent::Receipt),
                Some(QrContent::Receipt),
            ),
            ("slip-code-3", "window-receipts-code-address", address.is_some(), new_address()),
        ];
        let choices = choices
            .into_iter()
            .map(|(id, key, is_chosen, code)| choice(id, scene.text(key), is_chosen, Message::CodeChosen(code)));
        let typed = address.map(|address| field("slip-code-address".to_owned(), address, Message::CodeAddressTyped));
        let help = address.map(|_| {
            // Braces are the file's own in the texts.
            text(scene.texts.with("window-receipts-code-help", &[("number", "{payment}")])).size(theme::SMALL).into()
        });
        [Some(wrapped(choices)), typed, help].into_iter().flatten()
    }

    fn end<'a>(&'a self, scene: Scene<'a>) -> Element<'a, Message> {
        let wrong = self
            .problem
            .as_ref()
            .map(|problem| text(problem.text(scene.texts)).size(theme::BODY).width(Fill).style(theme::wrong));
        let no_logo = self.known.as_ref().and_then(|known| known.no_logo.as_ref());
        let no_logo = no_logo.map(|fault| {
            let problem = fault.words(scene.texts);
            let words = scene.texts.with("window-receipts-no-logo", &[("problem", &problem)]);
            text(words).size(theme::BODY).width(Fill).style(theme::wrong)
        });
        let save = scene.with_key("window-receipts-save", Press::Enter);
        let save = action("receipts-save", save, Role::Go, self.can_save().then_some(Message::SavePressed));
        Row::new()
            .push(Column::new().push(wrong).push(no_logo).width(Fill))
            .push(save.width(270))
            .spacing(GAP)
            .align_y(Center)
            .into()
    }
}

/// The Fluent id of its name.
fn when_key(when: PrintWhen) -> &'static str {
    match when {
        PrintWhen::Needed => "window-receipts-needed",
        PrintWhen::Always => "window-receipts-always",
        PrintWhen::Ask => "window-receipts-ask",
        PrintWhen::Never => "window-receipts-never",
    }
}

fn copy_id(copy: Copy) -> &'static str {
    match copy {
        Copy::Merchant => "merchant",
        Copy::Customer => "customer",
    }
}

fn whens<'a>(
    id: &'static str,
    now: Option<PrintWhen>,
    message: impl Fn(PrintWhen) -> Message,
    scene: Scene<'a>,
) -> impl Iterator<Item = Element<'a, Message>> {
    // Nobody is asked about a bill: it is on the screen, with the key that prints it.
    let offered = move |(when, _): &(PrintWhen, i32)| id != "bill" || *when != PrintWhen::Ask;
    PrintWhen::ALL.into_iter().zip(1..).filter(offered).map(move |(when, number)| {
        choice(&format!("slip-{id}-{number}"), scene.text(when_key(when)), now == Some(when), message(when))
    })
}

fn choice<'a>(id: &str, label: String, chosen: bool, message: Message) -> Element<'a, Message> {
    setting_sheet::choice(id, label, chosen, message, CHOICE)
}

fn field<'a>(id: String, value: &str, typed: impl Fn(String) -> Message + 'a) -> Element<'a, Message> {
    setting_sheet::field(id, value, typed, Message::SavePressed)
}

fn optional(words: &Option<String>) -> &str {
    words.as_deref().unwrap_or_default()
}

fn some(words: String) -> Option<String> {
    (!words.is_empty()).then_some(words)
}

fn typed(words: &str, at_most: usize) -> String {
    words.chars().filter(|letter| !letter.is_control()).take(at_most).collect()
}

fn put(fields: &mut [String], place: usize, words: &str) {
    if let Some(field) = fields.get_mut(place) {
        *field = typed(words, RECEIPT_LINE_AT_MOST);
    }
}

fn fields(lines: &[String]) -> [String; RECEIPT_LINES_AT_MOST] {
    std::array::from_fn(|place| lines.get(place).cloned().unwrap_or_default())
}

fn lines(fields: &[String]) -> Vec<String> {
    let last = fields.iter().rposition(|line| !line.trim().is_empty());
    fields.iter().take(last.map_or(0, |last| last + 1)).cloned().collect()
}
