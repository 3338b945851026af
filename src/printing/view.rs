//! What a window shows of what is printed.

use jiff::Timestamp;

use super::job::{JobId, JobTitle};
use crate::links::printers::PrinterFault;

/// All jobs that are not printed, in their order, and before them the newest that are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PrintView {
    pub jobs: Vec<JobView>,
    pub trouble: Option<QueueTrouble>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    pub id: JobId,
    pub title: JobTitle,
    pub printer: String,
    pub made_at: Timestamp,
    pub state: JobState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// Its turn has not come.
    Waiting,
    Printing,
    /// The printer stands still until somebody or something helps it.
    Faulty {
        fault: PrinterFault,
        /// The till tries again by itself.
        tries_again: bool,
    },
    Printed,
}

/// What is wrong with the folder of the jobs; everything is printed all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueTrouble {
    /// What waits would be lost if the till were switched off.
    NotKept(String),
    /// So many files of an earlier run could not be read. They were put aside.
    Unreadable(usize),
}

impl QueueTrouble {
    /// The Fluent id of what happened and what to do.
    pub fn key(&self) -> &'static str {
        match self {
            QueueTrouble::NotKept(_) => "printer-queue-not-kept",
            QueueTrouble::Unreadable(_) => "printer-queue-unreadable",
        }
    }

    /// What the text names.
    pub fn placeables(&self) -> Vec<(&'static str, String)> {
        match self {
            QueueTrouble::NotKept(problem) => vec![("problem", problem.clone())],
            QueueTrouble::Unreadable(number) => vec![("number", number.to_string())],
        }
    }
}

impl PrintView {
    pub fn job(&self, id: JobId) -> Option<&JobView> {
        self.jobs.iter().find(|job| job.id == id)
    }
}
