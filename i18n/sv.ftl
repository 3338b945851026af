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

## Kommandoraden

cli-error = checkstand: { $message }
cli-usage = { $problem }
cli-settings = { $problem }. Rätta filen, eller ta bort den och lägg upp terminalerna på nytt.
cli-no-home = Det finns ingen hemmapp för inställningar och journal. Ange en mapp med --data.
cli-no-folder = Mappen { $folder } går inte att använda ({ $problem }). Ange en annan med --data.
cli-no-window = Detta Checkstand byggdes utan fönster. Ge det ett kommando; ”checkstand --help” visar dem.
cli-no-runtime = Programmet kan inte starta sina uppgifter: { $problem }
cli-no-interrupts = Programmet kan inte lyssna efter Ctrl-C: { $problem }
cli-not-an-amount = ”{ $amount }” är inget belopp. Skriv siffror med punkt före decimalerna, till exempel 249.50.
cli-too-many-decimals =
    { $decimals ->
        [0] { $currency } har inga decimaler, men ”{ $amount }” har. Skriv hela { $currency }.
       *[other] { $currency } har { $decimals } decimaler, men ”{ $amount }” har fler. Skriv beloppet med högst { $decimals }, och ingen punkt mellan tusental.
    }
cli-amount-too-large = { $amount } är mer än programmet kan räkna. Kontrollera beloppet.
cli-amount-not-positive = Beloppet måste vara mer än noll, men det är { $amount }.
cli-refund-too-large = Betalning { $payment } tog { $taken }; mer än så kan inte betalas tillbaka.
cli-refund-same-card = Terminalen kopplar inte returen till köpet: be kunden om samma kort.
cli-no-such-terminal = Det finns ingen terminal ”{ $terminal }”. ”checkstand terminal list” visar de som är upplagda.
cli-no-terminal = Ingen terminal är upplagd. Lägg upp en med ”checkstand terminal add”.
cli-unknown-payment = Det finns ingen betalning { $payment } i journalen. ”checkstand history” visar dem som finns.
cli-not-able-report = Terminal { $terminal } gör ingen sådan rapport; den kan bara end-of-day.
cli-no-answer = Terminal { $terminal } svarade inte i tid. Kontrollera ström och nät, och försök igen.
cli-not-reached = Terminal { $terminal }: { $text } { $fault }
cli-logged-out = Terminal { $terminal } har ingen egen avstämning. Den har loggats ut, så att den kan göra sitt underhåll.
cli-no-receipt = Det finns inget sådant kvitto för betalning { $payment }.
cli-history-empty = Det finns inga betalningar.
cli-history-line = { $at }  { $payment }  { $terminal }  { $operation }  { $amount }  { $outcome }
cli-nothing-in-doubt = Ingen betalning är oviss.
cli-resolve-by-and-reason = Ett avgörande behöver namnet på den som avgör (--by) och ett skäl (--reason).
cli-resolve-ended = Betalning { $payment } är inte oviss; den är { $outcome }. Det finns inget att avgöra.
cli-resolve-running = Betalning { $payment } pågår ännu i ett annat Checkstand. Vänta tills den är slut eller oviss.
cli-task-ended = Programmet slutade arbeta med betalningen. Fråga igen med ”checkstand status”.
cli-approved-after-cancel = Godkänt trots att kassan bad om avbrott: kunden har betalat.
cli-cancelling = Ber terminalen avbryta…
cli-started = { $operation } på { $amount } på { $terminal }, betalning { $payment }
cli-outcome = { $operation } { $amount }: { $outcome }
cli-what-to-do-in-doubt = Ta inte betalt igen. Fråga senare med ”checkstand status { $payment }”, eller titta på terminalens kvitto och avgör med ”checkstand resolve”.
cli-detail-payment = Betalning
cli-detail-card = Kort
cli-detail-authorisation = Kontrollnummer
cli-detail-terminal-reference = Terminalens nummer
cli-detail-tip = varav dricks
cli-detail-cashback = varav kontanter
cli-detail-surcharge = varav avgift
cli-receipt-merchant = Kvitto, butikens exemplar
cli-receipt-customer = Kvitto, kundens exemplar
cli-question-signature = Stämmer underskriften med kortet?
cli-yes-or-no = Svara j (ja) eller n (nej):
cli-words-yes = j ja y
cli-words-no = n nej
cli-operation-sale = köp
cli-operation-refund = retur
cli-operation-void = makulering
cli-operation-preauth = reservation
cli-operation-capture = uttag av reservation
cli-operation-tip = dricks i efterhand
cli-verdict-approved = godkänd
cli-verdict-declined = nekad
cli-verdict-cancelled = avbruten
cli-verdict-not-charged = inte debiterad
cli-verdict-in-doubt = oviss
cli-fault-nobody = Inget är trasigt.
cli-fault-settings = Felet ligger i inställningarna; installatören kan ändra dem.
cli-fault-terminal = Felet ligger i terminalen; titta på dess skärm.
cli-fault-link = Felet ligger i nätet mellan kassa och terminal.
cli-fault-program = Felet ligger i programmet; ring supporten.
cli-connecting = ansluter
cli-maintenance = utloggad för underhåll
cli-link-online = { $terminal }: ansluten ({ $text })
cli-link-offline = { $terminal }: inte ansluten ({ $text })
cli-name-reserved = ”{ $terminal }” är den inbyggda övningsterminalens namn. Välj ett annat.
cli-name-not-usable = ”{ $terminal }” kan inte vara en terminals namn. Använd 1 till 64 tecken.
cli-no-such-protocol = Det finns inget protokoll ”{ $protocol }”. Kända: { $known }
cli-no-such-currency = ”{ $currency }” är ingen valuta. Använd tre bokstäver enligt ISO 4217, till exempel SEK.
cli-not-an-assignment = ”{ $text }” har inte formen FÄLT=VÄRDE.
cli-field = { $field } ({ $label }): { $problem }
cli-field-is-secret = ”{ $field }” är hemligt. Ange det med --secret och skriv det på standard in.
cli-no-such-secret = ”{ $field }” är ingen hemlighet hos { $protocol }.
cli-secrets-not-available = Den här versionen kan inte förvara hemligheter ännu.
cli-terminal-saved = Terminal { $terminal } är upplagd.
cli-terminal-removed = Terminal { $terminal } är borttagen.
cli-terminal-in-doubt = Betalning { $payment } på { $terminal } är oviss. Red ut den först med ”checkstand status” eller ”checkstand resolve”.
cli-terminals-none = Ingen terminal är upplagd; betalningar går till övningsterminalen.
cli-terminal-line = { $terminal }  { $protocol }  { $place }
cli-terminal-line-default = { $terminal }  { $protocol }  { $place }  (förvald)
cli-cannot-listen = Simulatorn kan inte lyssna på { $address }: { $problem }
cli-file = { $file }: { $problem }

## Inställningsfält

protocol-nexo = Swedbank Pay (nexo Retailer 3.1)
field-host = Terminalens adress
field-port = Terminalens port
field-poi-id = Terminalens POI-id
field-sale-id = Kassans sale-id
field-integration = Integration
field-listener = Adress som kassan lyssnar på
field-currency = Valuta
field-listener-peer = Vem som får tala med lyssnaren
field-follow-address = Följ terminalen när den berättar en ny adress
field-operator-language = Språk på terminalen för kassapersonalen
field-maintenance-at = Tid för dagligt underhåll
field-problem-missing = måste fyllas i.
field-problem-invalid = värdet går inte att använda.
field-problem-unknown = det finns inget sådant fält.

## Avslag och fel

refusal-running = En betalning pågår på terminalen. Vänta tills den är slut.
refusal-in-doubt = Betalning { $payment } på terminalen är oviss, så inget skickades. Red ut den först: fråga terminalen, eller avgör efter dess kvitto.
refusal-not-able = Terminalen kan inte göra detta: { $operation }.
refusal-no-cashback = Terminalen ger inga kontanter. Utelämna kontantuttaget.
refusal-no-tip = Kassan kan inte be om dricks med köpet på denna terminal; kunden ger den där.
refusal-amount-not-positive = Beloppet måste vara mer än noll.
refusal-wrong-currency = Terminalen tar { $terminal }, inte { $asked }.
refusal-unknown-payment = Det finns ingen betalning { $payment }.
refusal-other-terminal = Betalning { $payment } gjordes på en annan terminal. Använd den.
refusal-not-approved = Betalning { $payment } tog inga pengar, så det finns inget att ångra eller betala tillbaka.
refusal-already-voided = Betalning { $payment } är redan makulerad.
refusal-not-the-last = Betalning { $payment } är inte terminalens senaste och kan inte makuleras. Gör en retur i stället.
refusal-no-such-question = Frågan har besvarats eller stängts under tiden.
refusal-unsaved = Ett tidigare utfall är ännu inte sparat på disk, så inget skickades. Frigör utrymme på disken.
refusal-no-listener = Kassan kan inte lyssna efter terminalen ({ $problem }). Välj en annan adress i inställningarna, eller avsluta programmet som använder den.
refusal-journal = Inget skickades, för journalen går inte att skriva: { $problem }
refusal-gone = Programmet har slutat arbeta med terminalen. Starta om det.
journal-locked = Ett annat program skriver i journalen och släpper den inte. Försök igen.
journal-read-only = Journalen går inte att skriva: dess disk, mapp eller fil är skrivskyddad.
journal-disk-full = Journalen går inte att skriva: disken är full. Frigör utrymme.
journal-damaged = Journalen är skadad. Ta inga betalningar, behåll filen och ring supporten. ({ $problem })
journal-newer = Journalen skrevs av ett nyare Checkstand. Uppdatera det här.
journal-occupied = En tidigare betalning på terminalen är inte slut ännu. Red ut den först.
journal-not-in-doubt = Betalningen är inte oviss, så det finns inget att avgöra. ({ $problem })
journal-unknown-payment = Det finns ingen sådan betalning i journalen.
journal-unfit = Detta går inte att anteckna. ({ $problem })
journal-io = Journalen går inte att läsa eller skriva. ({ $problem })
journal-failed = Journalen svarade med ett fel. ({ $problem })
journal-closed = Journalen är redan stängd.
