### Checkstand på svenska. En fil per språk; nycklarna är desamma i alla.

## Tal och kort

decimal-mark = ,
group-separator = space
money = { $number } { $currency }
card = { $brand } •••• { $last4 }
with-detail = { $text } ({ $detail })

## Varför en betalning slutade som den gjorde, vems felet är och vad man gör

explain-approved-in-part = Terminalen tog bara en del. Resten är kvar att betala.
explain-amount-differs = Terminalen tog ett annat belopp än det begärda. Kontrollera kvittot.
explain-declined = Kortet nekades. Be om ett annat kort eller ett annat sätt att betala.
explain-declined-restriction = Kortet får inte betala för detta. Be om ett annat kort.
explain-invalid-card = Terminalen tar inte detta kort. Be om ett annat kort.
explain-wrong-pin = Fel kod för många gånger. Be om ett annat kort.
explain-cancelled-by-customer = Kunden avbröt, eller visade inget kort. Inget har debiterats.
explain-cancelled-by-cashier = Avbrutet i kassan. Inget har debiterats.
explain-cancelled-before-sending = Avbrutet innan terminalen fick det. Inget har debiterats.
explain-terminal-busy = Terminalen är upptagen. Inget har debiterats. Vänta lite och försök igen.
explain-terminal-not-ready = Terminalen är inte redo (papper, läsare eller nät). Inget har debiterats. Titta på dess skärm.
explain-host-unreachable = Terminalen når inte sin betalväxel. Inget har debiterats. Försök igen eller ta betalt på annat sätt.
explain-terminal-did-not-understand = Terminalen förstod inte kassan. Inget har debiterats. Säg till installatören.
explain-not-logged-in = Terminalen släppte inte in kassan. Inget har debiterats. Försök igen; säg till installatören om det består.
explain-signature-rejected = Underskriften godkändes inte och köpet togs tillbaka. Inget har debiterats.
explain-nothing-sent = Betalningen nådde aldrig terminalen. Inget har debiterats.
explain-not-performed = Terminalen känner inte till betalningen. Inget har debiterats; du kan försöka igen.
explain-not-durable = Kassan kunde inte skriva till sin disk, så inget skickades. Frigör utrymme eller ring supporten.
explain-link-unreachable = Terminalen går inte att nå. Kontrollera ström, nät och adressen i inställningarna.
explain-link-refused = Ingen svarar på terminalens adress. Kontrollera porten i inställningarna och att terminalen har startat.
explain-link-unknown-host = Terminalens värdnamn leder ingenstans. Kontrollera adressen i inställningarna.
explain-link-timed-out = Terminalen svarade inte i tid.
explain-link-broken = Förbindelsen med terminalen bröts innan svaret var komplett.
explain-link-garbled = Svaret kommer inte från en nexo-terminal. Kontrollera adress och port i inställningarna.
explain-answer-lost = Svaret gick förlorat. Kassan frågar terminalen vad som hände med betalningen.
explain-foreign-answer = Terminalen svarade om en annan betalning. Kassan frågar om den här.
explain-unknown-answer = Terminalens svar är inget kassan får lita på. Kassan frågar igen.
explain-other-currency = Terminalen svarade i en annan valuta. Det kan inte bokas maskinellt; titta på terminalens kvitto.
explain-still-unknown = Terminalen kunde inte säga vad som hände med betalningen. Titta på dess senaste kvitto och avgör.
explain-contradiction = Terminalen tog emot betalningen men säger nu att den inte känner till den. Titta på dess senaste kvitto och avgör.
explain-restarted = Kassan startades om under betalningen och frågar nu terminalen.
explain-unreachable-in-doubt = Terminalen går inte att nå, så ingen vet ännu vad som hände med betalningen. Kassan frågar igen.
explain-decided-not-paid = En person har avgjort att det inte betalades.
explain-reversal-not-done = Makuleringen blev inte av. Betalningen gäller fortfarande.
explain-reversal-not-possible = Terminalen kan inte längre makulera betalningen. Gör en retur i stället.
explain-login-refused = Terminalen vägrade inloggning. Kontrollera POI-id och integration i inställningarna, eller ring inlösaren.
explain-terminal-updating = Terminalen hämtar sina parametrar. Det kan ta några minuter.
explain-logging-in-again = Terminalen bad kassan att logga in igen.
explain-answer-question-first = Svara på terminalens fråga först; det går inte att avbryta nu.
explain-cancel-not-confirmed = Terminalen bekräftade inte avbrottet. Vänta på dess svar.
explain-maintenance-wanted = Terminalen vill uppdatera sig. Den loggas ut vid nästa lugna stund.
explain-maintenance-overdue = Terminalen har inte loggats ut för underhåll på ett dygn. Låt den vila en timme.
explain-address-followed = Terminalen har berättat sin nya adress, och kassan använder den från och med nu.
explain-address-not-followed = Terminalen säger att den har en ny adress, men inställningarna tillåter inte att kassan följer den.
explain-message-rejected = Terminalen avvisade ett meddelande från kassan.
explain-terminal-out-of-order = Terminalen säger att den stänger av eller är ur funktion.
explain-card-still-in = Påminn kunden om att ta kortet.
explain-contradicts-journal = Terminalen säger nu något annat än journalen. Inget har ändrats; back office måste titta på det.
explain-signature-unanswered = Ingen sade om underskriften stämmer. Terminalen har godkänt; titta på det undertecknade kvittot och fråga igen.
explain-signature-not-undone = Underskriften godkändes inte, men terminalen kunde inte ta tillbaka köpet. Gör en retur och avgör sedan.
