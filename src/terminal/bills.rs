//! Bills and the cash drawer, for window, command line and card machines at the tables: what happens to them is durable when
//! a call comes back.

use jiff::Timestamp;

use crate::domain::bill::TableLock;
use crate::domain::{
    BillAccount, BillChange, BillId, BillPart, CASH, Currency, Money, NewBill, Operation, Original, PaymentId,
    PaymentRecord, PaymentRequest, TableName,
};
use crate::journal::{Journal, JournalError, JournalHandle, NewPayment};
use crate::links::SystemClock;
use crate::protocols::protocol::Abilities;

use super::earlier::Earlier;
use super::operators::Author;
use super::order::Refusal;

/// The way to the bills of a till. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bills {
    journal: JournalHandle,
    /// Whose doing it is what is changed.
    operator: Option<String>,
}

/// Cash for a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CashPart {
    pub bill: BillId,
    /// What of the bill is paid.
    pub amount: Money,
    /// What the customer handed over, in minor units; `None` where it was exact.
    pub given_minor: Option<i64>,
    /// The lines that somebody pays as theirs; empty where it is an amount.
    pub lines: Vec<u32>,
    /// Who is signed in, where somebody is.
    pub operator: Option<String>,
}

impl Bills {
    pub fn new(journal: JournalHandle) -> Bills {
        Bills { journal, operator: None }
    }

    /// The same, as this operator's doing.
    pub fn on_behalf(self, operator: Option<String>) -> Bills {
        Bills { operator, ..self }
    }

    /// # Errors
    /// As [`Journal::open_bill`].
    pub async fn open(&self, new: NewBill) -> Result<BillAccount, JournalError> {
        let at = Bills::now();
        self.change_journal(move |journal| journal.open_bill(new, at)).await
    }

    /// All of the changes, or none of them.
    ///
    /// # Errors
    /// As [`Journal::change_bill`].
    pub async fn change(&self, id: &BillId, changes: Vec<BillChange>) -> Result<BillAccount, JournalError> {
        let (id, at) = (id.clone(), Bills::now());
        self.change_journal(move |journal| journal.change_bill(&id, &changes, at)).await
    }

    /// # Errors
    /// As [`Journal::close_bill`].
    pub async fn close(&self, id: &BillId) -> Result<BillAccount, JournalError> {
        let (id, at) = (id.clone(), Bills::now());
        self.change_journal(move |journal| journal.close_bill(&id, at)).await
    }

    /// # Errors
    /// As [`Journal::merge_bills`].
    pub async fn merge(&self, from: &BillId, into: &BillId) -> Result<BillAccount, JournalError> {
        let (from, into, at) = (from.clone(), into.clone(), Bills::now());
        self.change_journal(move |journal| journal.merge_bills(&from, &into, at)).await
    }

    /// # Errors
    /// As [`Journal::lock_table`].
    pub async fn lock(
        &self,
        table: &TableName,
        lock: TableLock,
        currency: Currency,
    ) -> Result<BillAccount, JournalError> {
        let (table, at) = (table.clone(), Bills::now());
        self.change_journal(move |journal| journal.lock_table(&table, lock, currency, at)).await
    }

    /// # Errors
    /// As [`Journal::unlock_table`].
    pub async fn unlock(&self, table: &TableName, machine: &str) -> Result<BillAccount, JournalError> {
        let (table, machine, at) = (table.clone(), machine.to_owned(), Bills::now());
        self.change_journal(move |journal| journal.unlock_table(&table, &machine, at)).await
    }

    /// Parks what an earlier run of the window left on its screen. Only where no other program has the window.
    ///
    /// # Errors
    /// The disk's.
    pub async fn put_back_all(&self) -> Result<(), JournalError> {
        let at = Bills::now();
        self.change_journal(move |journal| journal.put_back_bills(at)).await
    }

    /// Takes cash for a bill. It is over when it is written.
    ///
    /// # Errors
    /// As [`Journal::record_cash`].
    pub async fn take_cash(&self, part: CashPart, training: bool) -> Result<PaymentRecord, JournalError> {
        let CashPart { bill, amount, given_minor, lines, operator } = part;
        let bill = Some(Box::new(BillPart { bill, lines, given_minor }));
        let request = PaymentRequest { bill, operator, ..PaymentRequest::new(Operation::Sale, amount) };
        self.drawer(request, training).await
    }

    /// Gives cash back out of the drawer: of an earlier payment in cash, at most what is left of it.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing was written.
    pub async fn give_back(
        &self,
        payment: &PaymentId,
        amount: Money,
        author: Author,
    ) -> Result<PaymentRecord, Refusal> {
        let wanted = payment.clone();
        let earlier = self.journal.read(move |journal| Earlier::read(journal, &wanted)).await;
        let earlier = earlier.and_then(|earlier| earlier).map_err(Refusal::Journal)?;
        let earlier = earlier.ok_or_else(|| Refusal::UnknownPayment(payment.clone()))?;
        if !earlier.record().is_cash() {
            return Err(Refusal::OtherTerminal(payment.clone()));
        }
        if !amount.is_positive() {
            return Err(Refusal::AmountNotPositive);
        }
        let of = Original { payment: payment.clone(), operation: Operation::Sale, taken: amount, reference: None };
        let Author { operator, allowed_by } = author;
        let allowed_by = allowed_by.map(Box::new);
        let request =
            PaymentRequest { of: Some(of), operator, allowed_by, ..PaymentRequest::new(Operation::Refund, amount) };
        let training = earlier.record().training;
        let request = earlier.complete(request, &drawer_abilities(amount.currency()))?;
        self.drawer(request, training).await.map_err(Refusal::Journal)
    }

    /// # Errors
    /// As [`Journal::find_bill`].
    pub async fn find(&self, table_or_name: &str) -> Result<BillAccount, JournalError> {
        let wanted = table_or_name.to_owned();
        self.journal.read(move |journal| journal.find_bill(&wanted)).await?
    }

    /// # Errors
    /// As [`Journal::bill_account`].
    pub async fn account(&self, id: &BillId) -> Result<BillAccount, JournalError> {
        let id = id.clone();
        self.journal.read(move |journal| journal.bill_account(&id)).await?
    }

    /// Open bills that cannot be believed, oldest first.
    ///
    /// # Errors
    /// As [`Journal::damaged_open_bills`].
    pub async fn damaged(&self) -> Result<Vec<BillId>, JournalError> {
        self.journal.read(Journal::damaged_open_bills).await?
    }

    /// Open bills that can be believed, oldest first.
    ///
    /// # Errors
    /// As [`Journal::open_bills`].
    pub async fn all_open(&self) -> Result<Vec<BillAccount>, JournalError> {
        self.journal.read(Journal::open_bills).await?
    }

    /// How many open bills wait at tables.
    ///
    /// # Errors
    /// As [`Journal::parked_bills`].
    pub async fn parked(&self) -> Result<usize, JournalError> {
        self.journal.read(Journal::parked_bills).await?
    }

    async fn change_journal<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Journal) -> Result<T, JournalError> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.journal.change_as(self.operator.clone(), change).await
    }

    async fn drawer(&self, request: PaymentRequest, training: bool) -> Result<PaymentRecord, JournalError> {
        let at = Bills::now();
        let new = NewPayment { terminal: CASH.to_owned(), protocol: CASH.to_owned(), training, request, at };
        self.change_journal(move |journal| journal.record_cash(new)).await
    }

    fn now() -> Timestamp {
        SystemClock::new().now().wall
    }
}

/// What can be done with cash.
fn drawer_abilities(currency: Currency) -> Abilities {
    let operations = &[Operation::Sale, Operation::Refund];
    Abilities { operations, refunds_earlier: true, ..Abilities::none(currency) }
}
