### Mails: of each kind its text, and its subject as an attribute. The keys are the kinds of notifications, in their
### order; behind them stand the words that fill places of mails. All languages have the same keys with the same
### places.
###
### An empty line parts paragraphs. Blanks at the beginning of a line are quoted, or else they may be lost.

## What is told

activation =
    Guten Tag{ $person },

    für Sie wurde ein Zugang zu { $marketplace } angelegt. Ihr Anmeldename ist:

    { "  " }{ $login }

    Öffnen Sie diesen Link und wählen Sie ein Passwort, um den Zugang zu aktivieren:

    { "  " }{ $link }

    Der Link funktioniert einmal, bis zum { $until }. Danach kann Ihr Administrator Ihnen einen neuen schicken.
    .subject = Ihr Zugang zu { $marketplace }

registration_approved =
    Guten Tag,

    Ihre Registrierung mit der Adresse { $email } ist geprüft und freigegeben. Öffnen Sie diesen Link, um die Angaben zu Ihnen und Ihrem Unternehmen zu ergänzen und ein Passwort zu wählen:

    { "  " }{ $link }

    Der Link funktioniert einmal, bis zum { $until }. Sobald Sie das Passwort gewählt haben, ist das Konto nutzbar.
    .subject = Ihre Registrierung bei { $marketplace } ist freigegeben

registration_confirm =
    Guten Tag,

    mit der Adresse { $email } wurde eine Registrierung bei { $marketplace } begonnen. Bitte bestätigen Sie sie mit diesem Link:

    { "  " }{ $link }

    Der Link funktioniert einmal, bis zum { $until }. Ohne Bestätigung bleibt die Registrierung unvollständig. Waren Sie das nicht, brauchen Sie nichts zu tun.
    .subject = Bitte bestätigen Sie Ihre Registrierung bei { $marketplace }

registration_rejected =
    Guten Tag,

    Ihre Registrierung mit der Adresse { $email } konnten wir leider nicht freigeben. Der Grund:

    { "  " }{ $reason }

    Bei Fragen wenden Sie sich bitte an den unten genannten Kontakt.
    .subject = Ihre Registrierung bei { $marketplace }

registration_known =
    Guten Tag,

    mit der Adresse { $email } wurde eine Registrierung bei { $marketplace } angefragt. Zu dieser Adresse gibt es bereits einen Zugang.

    Anmelden:

    { "  " }{ $login_link }

    Passwort vergessen:

    { "  " }{ $reset_link }

    Waren Sie das nicht, brauchen Sie nichts zu tun.
    .subject = Sie haben bereits einen Zugang zu { $marketplace }

registration_referred =
    Guten Tag,

    Sie haben mit der Adresse { $email } einen Zugang zu { $marketplace } angefragt. Ihr Unternehmen hat bereits ein Konto:

    { "  " }{ $organization }

    Eine weitere Registrierung ist nicht nötig: Der Administrator Ihres Unternehmens kann Sie als Benutzer anlegen. Wir haben ihm Ihre Anfrage mitgeteilt.
    .subject = Ihre Registrierung bei { $marketplace }

registration_referral =
    Guten Tag{ $person },

    mit der Adresse { $email } wurde ein Zugang zu { $marketplace } angefragt. Sie verwalten das Konto dieses Unternehmens:

    { "  " }{ $organization }

    Gehört die Person zu Ihrem Unternehmen, legen Sie sie hier als Benutzer an:

    { "  " }{ $link }

    Andernfalls brauchen Sie nichts zu tun.
    .subject = Anfrage auf einen Zugang zu { $marketplace }

registration_active =
    Guten Tag,

    Ihre Registrierung mit der Adresse { $email } ist geprüft, das Konto ist freigeschaltet.

    { "  " }Unternehmen: { $organization }
    { "  " }Kundennummer: { $customer_number }

    Melden Sie sich mit dem Passwort an, das Sie gewählt haben:

    { "  " }{ $login_link }
    .subject = Ihr Konto bei { $marketplace } ist freigeschaltet

password_reset =
    Guten Tag{ $person },

    für den Zugang { $login } wurde ein neues Passwort angefordert. Mit diesem Link können Sie es wählen:

    { "  " }{ $link }

    Der Link funktioniert einmal, bis zum { $until }. Waren Sie das nicht, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.
    .subject = Neues Passwort für { $marketplace }

password_changed =
    Guten Tag{ $person },

    das Passwort des Zugangs { $login } wurde am { $at } geändert. Andere Anmeldungen wurden beendet.

    Waren Sie das nicht, fordern Sie hier ein neues Passwort an und wenden Sie sich an den unten genannten Kontakt:

    { "  " }{ $reset_link }
    .subject = Ihr Passwort für { $marketplace } wurde geändert

user_locked =
    Guten Tag{ $person },

    der Zugang { $login } wurde am { $at } nach mehreren falschen Passwörtern gesperrt, { $unlocked }.

    Haben Sie Ihr Passwort vergessen, können Sie hier ein neues wählen:

    { "  " }{ $reset_link }

    Waren Sie das nicht, hat jemand anderes versucht, sich als Sie anzumelden.
    .subject = Ihr Zugang zu { $marketplace } ist gesperrt

session_reused =
    Guten Tag{ $person },

    eine Anmeldung mit dem Zugang { $login } wurde am { $at } ein zweites Mal von anderer Stelle benutzt. Das kann bedeuten, dass sie gestohlen wurde. Wir haben sie beendet; bitte melden Sie sich neu an.

    Wählen Sie zur Sicherheit ein neues Passwort:

    { "  " }{ $reset_link }
    .subject = Eine Anmeldung bei { $marketplace } wurde beendet

order_ready =
    Guten Tag{ $person },

    { $ready }

    { $lines }

    Einzelheiten finden Sie hier:

    { "  " }{ $link }
    .subject = { $ready_subject }

order_failed =
    Guten Tag{ $person },

    { $failed }

    { $lines }

    Was nicht bereitgestellt wurde, wird nicht berechnet. Einzelheiten finden Sie hier:

    { "  " }{ $link }
    .subject = { $failed_subject }

customer_order =
    Guten Tag{ $person },

    { $placed } So steht es um die Bestellung { $order }:

    { $lines }

    { $see }
    .subject = Bestellung { $order } für { $customer }

term_ending =
    Guten Tag{ $person },

    { $intro }

    { $terms }

    { $more }
    .subject = { $subject }

subscription_changed =
    Guten Tag{ $person },

    bei { $subscription } für { $customer } hat sich etwas geändert:

    { $changes }

    { $see }
    .subject = { $subscription } für { $customer }: Änderung

change_failed =
    Guten Tag{ $person },

    Microsoft hat eine Änderung an { $subscription } für { $customer } abgelehnt. Alles ist, wie es vorher war, auch die Kosten.

    { $changes }

    { $see }
    .subject = { $subscription } für { $customer }: Änderung abgelehnt

keys_redeemed =
    Guten Tag{ $person },

    für { $customer } wurden Produktschlüssel eingelöst:

    { $lines }

    { $see }
    .subject = Produktschlüssel eingelöst für { $customer }

subscription_not_renewed =
    Guten Tag{ $person },

    { $subscription } für { $customer } (Lizenzen: { $quantity }) sollte verlängert werden, wird so aber nicht mehr angeboten. Das Abonnement wurde deshalb nicht verlängert.

    Was jetzt möglich ist, sehen Sie beim Abonnement.

    { $see }
    .subject = { $subscription } wurde nicht verlängert

reduction_refused =
    Guten Tag{ $person },

    { $subscription } für { $customer } sollte mit der neuen Laufzeit weniger Lizenzen haben. Dazu kam es nicht, weil die Lizenzen vergeben sind:

    { "  " }Gewünscht: { $wanted }
    { "  " }Weiterhin: { $quantity }
    { "  " }Noch zurückzunehmen: { $must_give_up }

    Nehmen Sie Lizenzen zurück und reduzieren Sie erneut.

    { $see }
    .subject = { $subscription }: Die Reduzierung wurde nicht wirksam

updates_low =
    Guten Tag{ $person },

    { $subscription } für { $customer } wurde oft geändert. Möglich sind höchstens { $most } Änderungen, übrig: { $left }. Danach lässt sich dieses Abonnement nicht mehr ändern.

    Fassen Sie Änderungen zusammen, oder bestellen Sie rechtzeitig ein zweites Abonnement.

    { $see }
    .subject = { $subscription }: nur noch wenige Änderungen möglich

price_missing =
    Guten Tag{ $person },

    { $customer } möchte { $offer } bestellen. Dafür gibt es noch keinen Verkaufspreis von Ihnen, deshalb kann Ihr Kunde nicht bestellen.

    Bestellen Sie für Ihren Kunden, oder lassen Sie einen Verkaufspreis eintragen:

    { "  " }{ $link }
    .subject = { $customer }: Preis für { $offer } fehlt

reseller_ids_changed =
    Guten Tag,

    ein Reseller hat seine Kennungen bei Microsoft geändert:

    { "  " }Reseller: { $reseller }
    { "  " }Kundennummer: { $customer_number }

    { $changes }
    .subject = Microsoft-Kennungen geändert: { $reseller }, Kundennummer { $customer_number }

reseller_access_overdue =
    Guten Tag,

    ein Reseller hat seine Kennungen bei Microsoft eingetragen und in der vorgesehenen Zeit noch keinen Zugang erhalten:

    { "  " }Reseller: { $reseller }
    { "  " }Kundennummer: { $customer_number }
    { "  " }Eingetragen: { $since }

    Bitte prüfen Sie die Einrichtung.
    .subject = Zugang überfällig: { $reseller }, Kundennummer { $customer_number }

tenant_confirmation =
    Guten Tag{ $person },

    { $customer } soll über { $marketplace } Microsoft-Dienste beziehen. Dafür muss ein Administrator des Tenants die Geschäftsbeziehung einmal bestätigen:

    { "  " }Tenant: { $domain }

    Öffnen Sie diesen Link, am besten in einem privaten Browserfenster, und melden Sie sich mit dem Administratorkonto des Tenants an:

    { "  " }{ $link }
    .subject = Bitte bestätigen Sie die Verknüpfung Ihres Microsoft-Tenants

delegation_offered =
    Guten Tag{ $person },

    { $partner } möchte die Microsoft-Dienste von { $customer } für Sie verwalten: Benutzer, Lizenzen und Bestellungen.{ $letter }

    Ohne Ihre Zustimmung geschieht in Ihrem Namen nichts. Nehmen Sie das Angebot hier an, oder lehnen Sie es ab:

    { "  " }{ $link }
    .subject = { $partner } möchte Ihre Microsoft-Dienste verwalten

delegation_declined =
    Guten Tag{ $person },

    { $customer } hat Ihr Angebot, die Microsoft-Dienste zu verwalten, am { $at } abgelehnt. Das Unternehmen bleibt Ihr Kunde; wo seine Zustimmung nötig ist, geschieht ohne sie nichts in seinem Namen.

    Hier können Sie es erneut anbieten:

    { "  " }{ $link }
    .subject = { $customer } hat Ihr Angebot zur Verwaltung abgelehnt

## How long, and what comes then

days =
    { $n ->
        [one] { $n } Tag
       *[other] { $n } Tagen
    }
then_renew = Danach beginnt eine neue Laufzeit.
then_end = Danach endet das Abonnement.
then_end_with_base = Es endet zusammen mit { $base }, wozu es gehört.
then_extend = Danach läuft es von Monat zu Monat weiter.
then_pending = Eine geplante Änderung wird wirksam.
then_give_up = Damit sie wirksam wird, müssen bis dahin noch Lizenzen zurückgenommen werden: { $n }.
then_taken_back = Dabei werden die zuletzt vergebenen Lizenzen zurückgenommen: { $n }.

## Lines of orders and of redeemed keys

line_active = { $quantity } × { $title }: bereitgestellt
line_failed = { $quantity } × { $title }: abgelehnt
line_refused = { $quantity } × { $title }: abgelehnt ({ $reason })
line_open = { $quantity } × { $title }: in Arbeit
line_key = { $quantity } × { $title }, Schlüssel mit der Endung { $key }

## How long a log-in is locked

unlocked_at = bis zum { $at }
unlocked_admin = bis ein Administrator die Sperre aufhebt

## What changed about a reseller

change_partner_id = Partner-ID: { $after }
change_microsoft_id = Microsoft-ID: { $after }

## Terms that end

end_subject =
    { $n ->
        [one] { $subscription }: Die Laufzeit endet am { $term_end }
       *[other] { $n } Laufzeiten enden, die erste am { $term_end }
    }
end_intro =
    { $n ->
        [one] eine Laufzeit endet bald:
       *[other] { $n } Laufzeiten enden bald:
    }
end_head = { $subscription } für { $customer }: endet in { $days }, am { $term_end }
end_today = { $subscription } für { $customer }: endet heute, am { $term_end }
end_licences = Lizenzen: { $quantity }, davon vergeben: { $assigned }
end_price = Preis je Lizenz: { $price } { $cycle }
end_next_price = Preis je Lizenz in der nächsten Laufzeit: { $price } { $cycle }
end_more = Außerdem enden weitere Laufzeiten: { $n }
cycle_monthly = im Monat
cycle_annual = im Jahr
cycle_triennial = für drei Jahre
cycle_one_time = einmalig
cycle_none = ohne Abrechnung
choice_stop_renewal = Verlängerung abstellen: bis { $day }
choice_next_quantity = Weniger Lizenzen für die nächste Laufzeit: bis { $day }
choice_renew = Verlängern: bis { $day }
choice_bring_back = Nach dem Ende zurückholen: bis { $day }

## Where to look

see_order = Die Bestellung finden Sie hier: { $link }
see_subscription = Das Abonnement finden Sie hier: { $link }
see_subscriptions = Die Abonnements finden Sie hier: { $link }

## What became of a subscription

what_quantity = Lizenzen: { $quantity }
what_cancel = Kündigung
what_renews = Nach der Laufzeit folgt eine neue.
what_ends = Nach der Laufzeit endet das Abonnement.
what_extends = Nach der Laufzeit läuft es von Monat zu Monat weiter.
what_edition = Andere Edition: { $title }
what_edition_of_some = Andere Edition für { $quantity } Lizenzen: { $title }
what_term = Andere Laufzeit oder Abrechnung
what_aligned = Anderes Ende der nächsten Laufzeit
what_suspended = Der Dienst ist ausgesetzt.
what_resumed = Der Dienst läuft wieder.
what_reactivated = Das Abonnement ist zurückgeholt.
what_renewed = Das Abonnement ist verlängert.
what_responsible = Jemand anderes ist verantwortlich.
fate_done = Wirksam seit: { $day }
fate_scheduled = Wirksam ab: { $day }
fate_failed = Abgelehnt am: { $day }
fate_withdrawn = Geplant für: { $day }; zurückgenommen

## What an order is called

order_named = „{ $name }“
order_of = vom { $day } ({ $title })
order_of_many = vom { $day } ({ $title } und weitere)

## Who ordered, and what is told of it to whom

ordered_by_customer = { $customer } hat bestellt.
ordered_by_partner = { $partner } hat für { $customer } bestellt.
ordered_by_system = ein System von { $customer } hat automatisch bestellt.
ordered_by_partner_system = ein System von { $partner } hat automatisch für { $customer } bestellt.
ordered_by_somebody = für { $customer } wurde bestellt.
ready_yours = die Bestellung { $order } für { $customer } ist bereitgestellt:
ready_placed = { $placed } Die Bestellung { $order } ist bereitgestellt:
failed_yours = Microsoft hat die Bestellung { $order } für { $customer } nicht oder nicht vollständig angenommen:
failed_placed = { $placed } Microsoft hat die Bestellung { $order } nicht oder nicht vollständig angenommen:
ready_subject_yours = Ihre Bestellung { $order } ist bereitgestellt
ready_subject = Die Bestellung { $order } ist bereitgestellt
failed_subject_yours = Ihre Bestellung { $order } konnte nicht vollständig bereitgestellt werden
failed_subject = Die Bestellung { $order } konnte nicht vollständig bereitgestellt werden

## Who writes

letter_of = { $partner } schreibt dazu:

## What stands under every mail

footer =
    Mit freundlichen Grüßen
    { $marketplace }
    { $support }
