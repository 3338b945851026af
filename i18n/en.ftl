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
explain-signature-unanswered = Nobody said whether the signature is right. The terminal has approved; look at the signed receipt and ask again.
explain-signature-not-undone = The signature was rejected, but the terminal could not undo the payment. Refund it, then decide.
