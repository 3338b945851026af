### Checkstand in English. One file per language; keys are the same in all.

## Numbers and cards

decimal-mark = .
group-separator = ,
money = { $number } { $currency }
card = { $brand } •••• { $last4 }
with-detail = { $text } ({ $detail })

## Why a payment ended as it did, whose fault it is and what to do

explain-approved-in-part = The terminal took only a part. The rest is still to be paid.
explain-amount-differs = The terminal took another amount than was asked. Check the receipt.
explain-declined = The card was declined. Ask for another card or another way to pay.
explain-declined-restriction = The card may not pay for this. Ask for another card.
explain-invalid-card = This terminal does not take this card. Ask for another card.
explain-wrong-pin = Wrong PIN too many times. Ask for another card.
explain-cancelled-by-customer = The customer cancelled, or nobody presented a card. Nothing was charged.
explain-cancelled-by-cashier = Cancelled at the till. Nothing was charged.
explain-cancelled-before-sending = Cancelled before the terminal got it. Nothing was charged.
explain-terminal-busy = The terminal is busy. Nothing was charged. Wait a moment and try again.
explain-terminal-not-ready = The terminal is not ready (paper, reader or network). Nothing was charged. Look at its screen.
explain-host-unreachable = The terminal cannot reach its payment host. Nothing was charged. Try again or take another way to pay.
explain-terminal-did-not-understand = The terminal did not understand the till. Nothing was charged. Tell the installer.
explain-not-logged-in = The terminal did not let the till in. Nothing was charged. Try again; tell the installer if it stays.
explain-signature-rejected = The signature was rejected and the payment undone. Nothing was charged.
explain-nothing-sent = The payment never reached the terminal. Nothing was charged.
explain-not-performed = The terminal knows nothing of this payment. Nothing was charged; you can try again.
explain-not-durable = The till could not write to its disk, so nothing was sent. Free some space or call support.
explain-link-unreachable = The terminal cannot be reached. Check its power, its network and the address in the settings.
explain-link-refused = Nothing answers at the terminal’s address. Check the port in the settings and that the terminal has started.
explain-link-unknown-host = The terminal’s host name leads nowhere. Check the address in the settings.
explain-link-timed-out = The terminal did not answer in time.
explain-link-broken = The line to the terminal broke before its answer was complete.
explain-link-garbled = What came back is not from a nexo terminal. Check the address and port in the settings.
explain-answer-lost = The answer was lost. The till is asking the terminal what became of the payment.
explain-foreign-answer = The terminal answered about another payment. The till is asking about this one.
explain-unknown-answer = The terminal’s answer is not one the till may act on. The till is asking again.
explain-other-currency = The terminal answered in another currency. Nobody can book this by machine; look at the terminal’s receipt.
explain-still-unknown = The terminal could not tell what became of the payment. Look at its last receipt and decide.
explain-contradiction = The terminal took this payment and now says it does not know it. Look at its last receipt and decide.
explain-restarted = The till was restarted during this payment and is asking the terminal.
explain-unreachable-in-doubt = The terminal cannot be reached, so nobody knows yet what became of the payment. The till will ask again.
explain-decided-not-paid = A person decided that it was not paid.
explain-reversal-not-done = The void did not happen. The payment still stands.
explain-reversal-not-possible = The terminal cannot void this payment any more. Refund it instead.
explain-login-refused = The terminal refused to log in. Check POI id and integration in the settings, or call the acquirer.
explain-terminal-updating = The terminal is fetching its parameters. This can take some minutes.
explain-logging-in-again = The terminal asked the till to log in again.
explain-answer-question-first = Answer the terminal’s question first; it cannot be cancelled now.
explain-cancel-not-confirmed = The terminal did not confirm the cancel. Wait for its answer.
explain-maintenance-wanted = The terminal wants to update itself. It will be logged out at the next quiet moment.
explain-maintenance-overdue = The terminal has not been logged out for maintenance for a day. Let it rest for an hour.
explain-address-followed = The terminal has told its new address, and the till uses it from now on.
explain-address-not-followed = The terminal says that it has a new address, but the settings do not allow to follow it.
explain-message-rejected = The terminal rejected a message of the till.
explain-terminal-out-of-order = The terminal says that it is shutting down or out of order.
explain-card-still-in = Remind the customer to take the card.
explain-contradicts-journal = The terminal now says something else than the journal. Nothing was changed; the back office has to look at it.

## The command line

cli-error = checkstand: { $message }
cli-usage = { $problem }
cli-settings = { $problem }. Correct the file, or remove it and set the terminals up again.
cli-no-home = There is no home folder to keep settings and journal in. Name a folder with --data.
cli-no-folder = The folder { $folder } cannot be used ({ $problem }). Name another one with --data.
cli-no-window = This copy of Checkstand was built without a window. Give it a command; “checkstand --help” lists them.
cli-no-runtime = The program cannot start its tasks: { $problem }
cli-no-interrupts = The program cannot listen for Ctrl-C: { $problem }
cli-not-an-amount = “{ $amount }” is not an amount. Write plain digits with a point before the decimals, for example 249.50.
cli-too-many-decimals =
    { $decimals ->
        [0] { $currency } has no decimals, but “{ $amount }” has. Write whole { $currency } only.
       *[other] { $currency } has { $decimals } decimals, but “{ $amount }” has more. Write the amount with at most { $decimals }, and no point between thousands.
    }
cli-amount-too-large = { $amount } is more than the program can count. Check the amount.
cli-amount-not-positive = The amount must be more than zero, but it is { $amount }.
cli-refund-too-large = Payment { $payment } took { $taken }; no more than that can be given back.
cli-refund-same-card = The terminal does not link a refund to its payment: ask the customer for the same card.
cli-no-such-terminal = There is no terminal “{ $terminal }”. “checkstand terminal list” shows those that are set up.
cli-no-terminal = No terminal is set up. Add one with “checkstand terminal add”.
cli-unknown-payment = There is no payment { $payment } in this journal. “checkstand history” shows those there are.
cli-not-able-report = Terminal { $terminal } makes no such report; it knows end-of-day only.
cli-no-answer = Terminal { $terminal } did not answer in time. Check its power and network, and try again.
cli-not-reached = Terminal { $terminal }: { $text } { $fault }
cli-logged-out = Terminal { $terminal } has no settlement of its own. It has been logged out, so that it can do its maintenance.
cli-no-receipt = There is no such receipt of payment { $payment }.
cli-history-empty = There are no payments.
cli-history-line = { $at }  { $payment }  { $terminal }  { $operation }  { $amount }  { $outcome }
cli-nothing-in-doubt = No payment is in doubt.
cli-resolve-by-and-reason = A decision needs the name of who decides (--by) and a reason (--reason).
cli-resolve-ended = Payment { $payment } is not in doubt; it is { $outcome }. There is nothing to decide.
cli-resolve-running = Payment { $payment } is still running in another copy of Checkstand. Wait until it has ended or is in doubt.
cli-task-ended = The program stopped working on this payment. Ask again with “checkstand status”.
cli-approved-after-cancel = Approved although the till asked to cancel: the customer has paid.
cli-cancelling = Asking the terminal to cancel…
cli-started = { $operation } of { $amount } on { $terminal }, payment { $payment }
cli-outcome = { $operation } { $amount }: { $outcome }
cli-what-to-do-in-doubt = Do not charge again. Ask later with “checkstand status { $payment }”, or look at the terminal’s receipt and decide with “checkstand resolve”.
cli-detail-payment = Payment
cli-detail-card = Card
cli-detail-authorisation = Authorisation
cli-detail-terminal-reference = Terminal’s number
cli-detail-tip = of which tip
cli-detail-cashback = of which cash
cli-detail-surcharge = of which surcharge
cli-receipt-merchant = Receipt, merchant’s copy
cli-receipt-customer = Receipt, customer’s copy
cli-question-signature = Does the signature match the card?
cli-yes-or-no = Answer y (yes) or n (no):
cli-words-yes = y yes
cli-words-no = n no
cli-operation-sale = sale
cli-operation-refund = refund
cli-operation-void = void
cli-operation-preauth = pre-authorisation
cli-operation-capture = capture
cli-operation-tip = tip adjustment
cli-verdict-approved = approved
cli-verdict-declined = declined
cli-verdict-cancelled = cancelled
cli-verdict-not-charged = not charged
cli-verdict-in-doubt = in doubt
cli-fault-nobody = Nothing is broken.
cli-fault-settings = The settings are at fault; the installer can change them.
cli-fault-terminal = The terminal is at fault; look at its screen.
cli-fault-link = The network between till and terminal is at fault.
cli-fault-program = The program is at fault; call support.
cli-connecting = connecting
cli-maintenance = logged out for maintenance
cli-link-online = { $terminal }: online ({ $text })
cli-link-offline = { $terminal }: offline ({ $text })
cli-name-reserved = “{ $terminal }” is the name of the built-in training terminal. Choose another one.
cli-name-not-usable = “{ $terminal }” cannot be a terminal’s name. Use 1 to 64 characters.
cli-no-such-protocol = There is no protocol “{ $protocol }”. Known: { $known }
cli-no-such-currency = “{ $currency }” is not a currency. Use three letters of ISO 4217, for example SEK.
cli-not-an-assignment = “{ $text }” is not of the form FIELD=VALUE.
cli-field = { $field } ({ $label }): { $problem }
cli-field-is-secret = “{ $field }” is a secret. Name it with --secret and write it to standard input.
cli-no-such-secret = “{ $field }” is not a secret of { $protocol }.
cli-secrets-not-available = This version cannot keep secrets yet.
cli-terminal-saved = Terminal { $terminal } is set up.
cli-terminal-removed = Terminal { $terminal } has been removed.
cli-terminal-in-doubt = Payment { $payment } on { $terminal } is in doubt. Settle it first with “checkstand status” or “checkstand resolve”.
cli-terminals-none = No terminal is set up; payments go to the training terminal.
cli-terminal-line = { $terminal }  { $protocol }  { $place }
cli-terminal-line-default = { $terminal }  { $protocol }  { $place }  (default)
cli-cannot-listen = The simulator cannot listen on { $address }: { $problem }
cli-file = { $file }: { $problem }

## Settings fields

protocol-nexo = Swedbank Pay (nexo Retailer 3.1)
field-host = Address of the terminal
field-port = Port of the terminal
field-poi-id = POI id of the terminal
field-sale-id = Sale id of the till
field-integration = Integration
field-listener = Address the till listens on
field-currency = Currency
field-listener-peer = Who may talk to the listener
field-follow-address = Follow the terminal when it tells a new address
field-operator-language = Language on the terminal for the cashier
field-maintenance-at = Time of the daily maintenance
field-problem-missing = must be filled in.
field-problem-invalid = this value cannot be used.
field-problem-unknown = there is no such field.

## Refusals and errors

refusal-running = A payment is running on this terminal. Wait until it has ended.
refusal-in-doubt = Payment { $payment } on this terminal is in doubt, so nothing was sent. Settle it first: ask the terminal, or decide by its receipt.
refusal-not-able = This terminal cannot do this: { $operation }.
refusal-no-cashback = This terminal pays no cash. Leave the cashback out.
refusal-no-tip = The till cannot ask for a tip with the sale on this terminal; the customer gives it there.
refusal-amount-not-positive = The amount must be more than zero.
refusal-wrong-currency = The terminal takes { $terminal }, not { $asked }.
refusal-unknown-payment = There is no payment { $payment }.
refusal-other-terminal = Payment { $payment } was made on another terminal. Use that one.
refusal-not-approved = Payment { $payment } took no money, so there is nothing to undo or give back.
refusal-already-voided = Payment { $payment } has been voided already.
refusal-not-the-last = Payment { $payment } is not this terminal’s last one and cannot be voided. Refund it instead.
refusal-no-such-question = The question has been answered or closed meanwhile.
refusal-unsaved = An earlier outcome is not on disk yet, so nothing was sent. Free some space on the disk.
refusal-no-listener = The till cannot listen for this terminal ({ $problem }). Choose another listener address in the settings, or end the program that uses it.
refusal-journal = Nothing was sent, because the journal cannot be written: { $problem }
refusal-gone = The program has stopped working on this terminal. Start it again.
journal-locked = Another program is writing to the journal and does not let go. Try again.
journal-read-only = The journal cannot be written to: its disk, folder or file is read-only.
journal-disk-full = The journal cannot be written to: the disk is full. Free some space.
journal-damaged = The journal is damaged. Take no payments, keep the file and call support. ({ $problem })
journal-newer = The journal was written by a newer version of Checkstand. Update this one.
journal-occupied = An earlier payment on this terminal has not ended yet. Settle it first.
journal-not-in-doubt = This payment is not in doubt, so there is nothing to decide. ({ $problem })
journal-unknown-payment = There is no such payment in this journal.
journal-unfit = This cannot be recorded. ({ $problem })
journal-io = The journal cannot be read or written. ({ $problem })
journal-failed = The journal failed. ({ $problem })
journal-closed = The journal is closed already.
