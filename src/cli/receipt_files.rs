//! What is on paper, saved as files.

use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;

use crate::domain::PaperWidth;
use crate::printing::{ShopPaper, receipt_texts};
use crate::receipts::{PdfAbout, PdfError, Slip, lay_out, pdf, text_lines};

use super::arguments::PaperFiles;
use super::context::{Context, Failure};
use super::saved_file::save_file;

/// What is on all paper of the shop's; a logo that is left out is told.
pub fn shop_paper(context: &Context) -> ShopPaper {
    let paper = ShopPaper::of(&context.settings);
    if let Some(fault) = &paper.no_logo {
        let problem = fault.words(context.texts());
        context.output.warning(&context.texts().with("cli-receipt-no-logo", &[("problem", &problem)]));
    }
    paper
}

/// The slip as the files that are asked for.
pub fn save_slip(
    context: &Context,
    files: &PaperFiles,
    slip: &Slip,
    title: &str,
    created: Timestamp,
) -> Result<(), Failure> {
    let paper = PaperWidth::default();
    let laid = lay_out(slip, paper.columns());
    let document = || {
        let texts = receipt_texts(&context.settings);
        pdf(&laid, paper, &PdfAbout { title, language: texts.tag(), created })
    };
    save(context, files, document, || text_lines(&laid, paper.columns()))
}

/// Both are only made where they are asked for.
pub fn save(
    context: &Context,
    files: &PaperFiles,
    document: impl FnOnce() -> Result<Vec<u8>, PdfError>,
    lines: impl FnOnce() -> Vec<String>,
) -> Result<(), Failure> {
    if let Some(file) = &files.pdf {
        let problem = |error: PdfError| context.failed("saved-no-document", &[("problem", &error.to_string())]);
        write(context, file, &document().map_err(problem)?, files.force)?;
    }
    if let Some(file) = &files.text {
        let lines: Vec<String> = lines().iter().map(|line| format!("{}\n", line.trim_end())).collect();
        write(context, file, lines.concat().as_bytes(), files.force)?;
    }
    Ok(())
}

/// Nobody's file is replaced unasked.
fn write(context: &Context, file: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    let named = file.display().to_string();
    save_file(file, bytes, force).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => context.usage("saved-file-exists", &[("file", &named)]),
        _ => context.failed("saved-file", &[("file", &named), ("problem", &error.to_string())]),
    })?;
    context.output.progress(&context.texts().with("cli-receipt-saved", &[("file", &named)]));
    Ok(())
}
