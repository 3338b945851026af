//! Small element trees: what lies between the bytes and the typed messages (3.1). Bounded in size, depth and
//! attributes; no DTD, no entities but the five predefined ones, no namespaces.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::CodecError;
use super::characters::text_of;
use crate::domain::card::mask_card_numbers;
use crate::protocols::nexo::messages::BODY_AT_MOST;

const DEPTH_AT_MOST: usize = 32;
const ATTRIBUTES_AT_MOST: usize = 64;

/// One element. Text between its children is kept as one string.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Without a namespace prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn new(name: &str) -> Self {
        Element { name: name.to_owned(), ..Element::default() }
    }

    pub fn with(mut self, attribute: &str, value: &str) -> Self {
        self.attributes.push((attribute.to_owned(), value.to_owned()));
        self
    }

    pub fn with_some(self, attribute: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(attribute, value),
            None => self,
        }
    }

    pub fn child(mut self, child: Element) -> Self {
        self.children.push(child);
        self
    }

    pub fn children(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    pub fn containing(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn find(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn find_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of this name, its first child of the next name, and so on.
    pub fn path(&self, names: &[&str]) -> Option<&Element> {
        names.iter().try_fold(self, |element, name| element.find(name))
    }

    /// UTF-8 text without a declaration. Characters that XML cannot carry are replaced.
    pub fn to_xml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.push(' ');
            out.push_str(name);
            out.push_str("=\"");
            escape(value, true, out);
            out.push('"');
        }
        if self.children.is_empty() && self.text.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        escape(&self.text, false, out);
        for child in &self.children {
            child.write(out);
        }
        out.push_str("</");
        out.push_str(&self.name);
        out.push('>');
    }
}

fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' if in_attribute => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' if in_attribute => out.push_str("&#10;"),
            '\t' if in_attribute => out.push_str("&#9;"),
            '\t' | '\n' => out.push(c),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
}

/// Reads one document.
pub fn parse(bytes: &[u8]) -> Result<Element, CodecError> {
    if bytes.len() > BODY_AT_MOST {
        return Err(CodecError::TooLarge { bytes: bytes.len() });
    }
    let text = text_of(bytes);
    let mut reader = Reader::from_str(&text);
    let mut builder = Builder::default();
    loop {
        match reader.read_event().map_err(not_xml)? {
            Event::Eof => return builder.finish(),
            event => builder.take(event)?,
        }
    }
}

/// The start tag's name and attributes of the first element called `name`, without reading what follows it.
pub fn first_start(bytes: &[u8], name: &str) -> Option<Element> {
    if bytes.len() > BODY_AT_MOST {
        return None;
    }
    let text = text_of(bytes);
    let mut reader = Reader::from_str(&text);
    for _ in 0..32 {
        match reader.read_event().ok()? {
            Event::DocType(_) | Event::Eof => return None,
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name => return element_of(&tag).ok(),
            _ => {}
        }
    }
    None
}

#[derive(Default)]
struct Builder {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Result<(), CodecError> {
        match event {
            Event::Start(tag) => self.start(element_of(&tag)?),
            Event::Empty(tag) => {
                self.start(element_of(&tag)?)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => self.text(&resolved(&reference)?),
            Event::DocType(_) => Err(CodecError::DoctypeRefused),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, element: Element) -> Result<(), CodecError> {
        if self.open.len() >= DEPTH_AT_MOST {
            return Err(CodecError::TooDeep);
        }
        if self.root.is_some() {
            return Err(malformed("something follows the root element"));
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<(), CodecError> {
        let element = self.open.pop().ok_or_else(|| malformed("an end tag without a start"))?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), CodecError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(malformed("text outside the root element")),
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Element, CodecError> {
        if !self.open.is_empty() {
            return Err(malformed("it ends in the middle"));
        }
        let mut root = self.root.take().ok_or_else(|| malformed("there is no element in it"))?;
        drop_layout(&mut root);
        Ok(root)
    }
}

/// White space around child elements is layout, not content.
fn drop_layout(element: &mut Element) {
    if !element.children.is_empty() && element.text.trim().is_empty() {
        element.text.clear();
    }
    element.children.iter_mut().for_each(drop_layout);
}

fn element_of(tag: &BytesStart<'_>) -> Result<Element, CodecError> {
    let mut element = Element::new(tag.local_name().as_ref());
    if !is_name(&element.name) {
        return Err(malformed("an element without a proper name"));
    }
    // the duplicate check of quick-xml is quadratic; ours is bounded by the number of attributes
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| malformed(&error.to_string()))?;
        let name = attribute.key.as_ref();
        if name.starts_with("xmlns") || name.starts_with("xsi:") {
            continue;
        }
        let name = attribute.key.local_name();
        let name = name.as_ref();
        if !is_name(name) || element.attributes.len() >= ATTRIBUTES_AT_MOST || element.attribute(name).is_some() {
            return Err(malformed("an attribute without a proper name, twice, or too many of them"));
        }
        let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(not_xml)?;
        element.attributes.push((name.to_owned(), value.into_owned()));
    }
    Ok(element)
}

/// Enough of XML's rule that what was read can be written again.
fn is_name(name: &str) -> bool {
    let fine = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars().all(fine) && name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, CodecError> {
    if let Some(character) = reference.resolve_char_ref().map_err(not_xml)? {
        return Ok(character.to_string());
    }
    resolve_predefined_entity(reference.as_ref())
        .map(str::to_owned)
        .ok_or_else(|| malformed("an entity we do not expand"))
}

fn not_xml(error: impl std::fmt::Display) -> CodecError {
    malformed(&error.to_string())
}

fn malformed(detail: &str) -> CodecError {
    CodecError::NotXml { detail: mask_card_numbers(&detail.chars().take(120).collect::<String>()) }
}
