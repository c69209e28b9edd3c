### Policies in words: a sentence for each value of a rule that a buyer notices, in the order of
### `texts/keys/policy.rs`. All languages have the same keys with the same places.

## What it costs

period_anchor_calendar_month = Abrechnung je Kalendermonat.
period_anchor_order_day = Abrechnung ab dem Bestelltag.
period_anchor_day_of_month = Abrechnung ab dem { $day }. des Monats.
day_zone_utc = Tage beginnen um Mitternacht UTC.
day_zone_marketplace = Tage beginnen um Mitternacht der Zeitzone des Marktplatzes.
first_period_prorate_inclusive = Der erste Zeitraum wird anteilig berechnet, der Bestelltag zählt mit.
first_period_prorate_exclusive = Der erste Zeitraum wird anteilig berechnet, ohne den Bestelltag.
first_period_full_backdated = Beginnt am Ersten des laufenden Monats, der voll berechnet wird.
first_period_full = Der erste Zeitraum wird voll berechnet.
first_period_free = Kostenfrei bis zum nächsten Zeitraum.
proration_actual_days = Teile eines Zeitraums werden nach seinen tatsächlichen Tagen berechnet.
proration_fixed_30 = Teile eines Zeitraums werden je Tag berechnet, mit einem Dreißigstel des Monats.
proration_d30360 = Teile eines Zeitraums werden nach Monaten zu 30 Tagen berechnet.
proration_fixed_365 = Teile eines Zeitraums werden je Tag berechnet, 365 sind ein Jahr.
proration_daily_rate =
    { $n ->
        [one] Teile eines Zeitraums werden je Tag berechnet, zu einem Satz mit { $n } Nachkommastelle.
       *[other] Teile eines Zeitraums werden je Tag berechnet, zu einem Satz mit { $n } Nachkommastellen.
    }
proration_ratio =
    { $n ->
        [one] Teile eines Zeitraums werden als Anteil mit { $n } Nachkommastelle berechnet.
       *[other] Teile eines Zeitraums werden als Anteil mit { $n } Nachkommastellen berechnet.
    }
proration_none = Ein Zeitraum wird nie anteilig berechnet.
proration_calendar_months = Jeder Kalendermonat wird nach seinen eigenen Tagen berechnet: ein Jahr, das innerhalb eines Februars beginnt, ergibt etwas mehr oder weniger als zwölf Monate, wenn nur einer seiner beiden Februare 29 hat.
quantity_peak = Berechnet wird die höchste Anzahl eines Zeitraums, für den ganzen Zeitraum.
repricing_refund_and_rebill = Eine Änderung erstattet den Rest des Zeitraums und berechnet ihn neu.
rounding_unit = Beträge werden für eine Lizenz gerundet, dann vervielfacht.
unconfirmed_vat_id_charged = Umsatzsteuer wird berechnet, bis das Register eine USt-IdNr. bestätigt hat.
price_lock_none = Keine Preisgarantie.
price_lock_period = Der Preis gilt für den Abrechnungszeitraum.
price_lock_term = Der Preis gilt bis zum Ende der Laufzeit.
increase_prorate = Mehr Lizenzen: sofort, anteilig berechnet bis zum Ende des Zeitraums.
increase_full_cycle = Mehr Lizenzen: sofort, berechnet für den ganzen Zeitraum.

## What may be changed, and what is given back

decrease_month_end = Weniger Lizenzen: jederzeit, zum Monatsende.
decrease_term_end = Weniger Lizenzen: zum Ende der Laufzeit.
decrease_window_else_reject = Weniger Lizenzen: nur im Zeitfenster.
decrease_window_else_schedule = Weniger Lizenzen: im Zeitfenster sofort, sonst zum Ende der Laufzeit.
decrease_any_time = Weniger Lizenzen: jederzeit, sofort.
decrease_never = Weniger Lizenzen: nicht möglich, nur das Ganze ist kündbar.
assigned_take_back = Eine vorgemerkte Reduzierung nimmt die zuletzt vergebenen Lizenzen zurück.
assigned_refuse = Eine vorgemerkte Reduzierung wird nicht wirksam, solange die Lizenzen vergeben sind.
zero_quantity_cancel = Keine Lizenz mehr ist eine Kündigung.
window_each_term =
    { $n ->
        [one] Zeitfenster: { $n } Stunde ab Beginn jeder Laufzeit.
       *[other] Zeitfenster: { $n } Stunden ab Beginn jeder Laufzeit.
    }
window_first_term =
    { $n ->
        [one] Zeitfenster: { $n } Stunde ab Beginn der ersten Laufzeit.
       *[other] Zeitfenster: { $n } Stunden ab Beginn der ersten Laufzeit.
    }
window_each_renewal =
    { $n ->
        [one] Zeitfenster: { $n } Stunde ab jeder Verlängerung.
       *[other] Zeitfenster: { $n } Stunden ab jeder Verlängerung.
    }
window_each_increase =
    { $n ->
        [one] Zeitfenster: { $n } Stunde ab jeder Aufstockung, für die hinzugekommenen Lizenzen.
       *[other] Zeitfenster: { $n } Stunden ab jeder Aufstockung, für die hinzugekommenen Lizenzen.
    }
refund_unused = Im Zeitfenster wird erstattet, was nicht genutzt wurde.
refund_full =
    { $n ->
        [one] Erstattung innerhalb von { $n } Stunde: alles.
       *[other] Erstattung innerhalb von { $n } Stunden: alles.
    }
refund_none =
    { $n ->
        [one] Erstattung innerhalb von { $n } Stunde: nichts.
       *[other] Erstattung innerhalb von { $n } Stunden: nichts.
    }
refund_day_included =
    { $n ->
        [one] Erstattung innerhalb von { $n } Stunde: was nicht genutzt wurde, nach Tagen, der Tag der Änderung zählt mit.
       *[other] Erstattung innerhalb von { $n } Stunden: was nicht genutzt wurde, nach Tagen, der Tag der Änderung zählt mit.
    }
refund_calendar_day =
    { $n ->
        [one] Erstattung innerhalb von { $n } Stunde: was nicht genutzt wurde, nach Tagen, der Tag der Änderung gilt als genutzt.
       *[other] Erstattung innerhalb von { $n } Stunden: was nicht genutzt wurde, nach Tagen, der Tag der Änderung gilt als genutzt.
    }
refund_block_24h =
    { $n ->
        [one] Erstattung innerhalb von { $n } Stunde: was nicht genutzt wurde, nach vollendeten Blöcken von 24 Stunden.
       *[other] Erstattung innerhalb von { $n } Stunden: was nicht genutzt wurde, nach vollendeten Blöcken von 24 Stunden.
    }
refund_hour =
    { $n ->
        [one] Erstattung innerhalb von { $n } Stunde: was nicht genutzt wurde, nach Stunden.
       *[other] Erstattung innerhalb von { $n } Stunden: was nicht genutzt wurde, nach Stunden.
    }
edition_change_at_once = Andere Edition: im selben Abonnement, sofort.
edition_change_term_end = Andere Edition: im selben Abonnement, zum Ende der Laufzeit.
edition_change_new_order = Andere Edition: nur mit einer neuen Bestellung.
term_change_longer_now = Längere Laufzeit: sofort; kürzere: zum Ende der laufenden.
term_change_term_end = Andere Laufzeit: zum Ende der laufenden.
pending_slot_overwrite = Eine Änderung kann vorgemerkt sein: eine neue ersetzt sie.
pending_slot_reject = Eine Änderung kann vorgemerkt sein: solange wird keine andere angenommen.
pending_after_change_delete = Eine sofort wirksame Änderung löscht die vorgemerkte.
pending_after_change_keep = Eine sofort wirksame Änderung lässt die vorgemerkte bestehen.
max_changes =
    { $n ->
        [one] Höchstens { $n } Änderung.
       *[other] Höchstens { $n } Änderungen.
    }
one_active_per_product = Eine aktive Bestellung je Produkt.
one_active_per_sku = Eine aktive Bestellung je Edition.

## How it ends, and what comes after

cancel_fee = Vorzeitige Kündigung kostet { $percent } % der Restlaufzeit.
cancel_month_end = Kündbar zum Monatsende.
cancel_reject_after_window = Nach dem Zeitfenster bleibt das Abonnement bestehen und wird bis zum Ende der Laufzeit berechnet.
cancel_reject = Das Abonnement bleibt bis zum Ende der Laufzeit bestehen und wird bis dahin berechnet.
cancel_window_only = Nur im Zeitfenster kündbar, der Dienst endet dann sofort.
cancel_window_else_term_end = Im Zeitfenster sofort kündbar, sonst zum Ende der Laufzeit.
cancel_term_end = Kündbar zum Ende der Laufzeit.
cancel_any_time = Jederzeit kündbar; was nicht genutzt wurde, wird erstattet.
access_until_end = Nach einer Kündigung läuft der Dienst bis zum Ende der Laufzeit weiter.
access_immediate = Nach einer Kündigung ist der Dienst sofort aus.
notice_days =
    { $n ->
        [one] Die Verlängerung kann bis { $n } Tag vor dem Ende verhindert werden.
       *[other] Die Verlängerung kann bis { $n } Tage vor dem Ende verhindert werden.
    }
end_renew_same = Verlängert sich um dieselbe Laufzeit.
end_renew_to_year = Verlängert sich um zwölf Monate.
end_renew_to_month = Verlängert sich um einen Monat.
end_extended = Läuft monatlich weiter zum Preis der verlängerten Dienstlaufzeit.
end_as_ordered = Was auf die Laufzeit folgt, wird bei der Bestellung gewählt; sonst endet es.
end_expire = Endet mit der Laufzeit.
extended_term = Verlängerte Dienstlaufzeit: { $monthly } % auf den Preis des Monats, oder { $longer } % auf den einer längeren Laufzeit.
without_price_last_price = Was nicht mehr verkauft wird, verlängert sich zum letzten Preis.
without_price_end = Was nicht mehr verkauft wird, endet mit der Laufzeit.
renewal_start_immediately = Kann auch sofort verlängert werden; die restlichen Tage verfallen.
add_on_term_until_base_ends = Eine Erweiterung, deren Abonnement vorher endet, wird für die Tage bis dahin berechnet.
add_on_term_own = Eine Erweiterung wird für ihre ganze Laufzeit berechnet, auch wenn ihr Abonnement vorher endet.
add_on_refund_give_back = Was für eine Erweiterung nach dem Ende ihres Abonnements berechnet wurde, wird erstattet.
add_on_refund_keep = Was für eine Erweiterung nach dem Ende ihres Abonnements berechnet wurde, wird einbehalten.
reminders_none = Keine Erinnerung vor dem Ende.
reminders_days = Erinnerungen vor dem Ende, in Tagen: { $days }.
reminded_not_renewing = An das, was sich von selbst verlängert, wird nicht erinnert.
reminded_long_terms = An Laufzeiten ab drei Monaten wird auch erinnert, wenn sie sich von selbst verlängern.
grace_none = Mit dem Ende ist der Dienst aus.
grace_days =
    { $n ->
        [one] Nach dem Ende ist das Abonnement noch { $n } Tag nutzbar.
       *[other] Nach dem Ende ist das Abonnement noch { $n } Tage nutzbar.
    }
disabled_none = Die Daten werden dann gelöscht.
disabled_days =
    { $n ->
        [one] Die Daten werden danach noch { $n } Tag aufbewahrt.
       *[other] Die Daten werden danach noch { $n } Tage aufbewahrt.
    }
suspended_kept_days =
    { $n ->
        [one] Was am Ende ausgesetzt ist, wird { $n } Tag aufbewahrt, ist aber nicht nutzbar.
       *[other] Was am Ende ausgesetzt ist, wird { $n } Tage aufbewahrt, ist aber nicht nutzbar.
    }
reactivate_never = Ein beendetes Abonnement kann nicht zurückgeholt werden: Bestellen Sie neu.
reactivate_until =
    { $n ->
        [one] Es kann bis { $n } Tag nach dem Ende zurückgeholt werden.
       *[other] Es kann bis { $n } Tage nach dem Ende zurückgeholt werden.
    }
