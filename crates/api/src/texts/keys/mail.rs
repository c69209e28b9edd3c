//! The keys of `texts/*/mails.ftl` behind those of the kinds of mails.

use crate::texts::keys::closed::keys;

keys! {
    /// Words that stand in the places of mails.
    Word {
        // How long, and what comes then.
        Days = "days",
        ThenRenew = "then_renew",
        ThenEnd = "then_end",
        ThenEndWithBase = "then_end_with_base",
        ThenExtend = "then_extend",
        ThenPending = "then_pending",
        ThenGiveUp = "then_give_up",
        ThenTakenBack = "then_taken_back",
        // Lines of orders and of redeemed keys.
        LineActive = "line_active",
        LineFailed = "line_failed",
        LineRefused = "line_refused",
        LineOpen = "line_open",
        LineKey = "line_key",
        // How long a log-in is locked.
        UnlockedAt = "unlocked_at",
        UnlockedAdmin = "unlocked_admin",
        // What changed about a reseller.
        ChangePartnerId = "change_partner_id",
        ChangeMicrosoftId = "change_microsoft_id",
        // Terms that end.
        EndSubject = "end_subject",
        EndIntro = "end_intro",
        EndHead = "end_head",
        EndToday = "end_today",
        EndLicences = "end_licences",
        EndPrice = "end_price",
        EndNextPrice = "end_next_price",
        EndMore = "end_more",
        CycleMonthly = "cycle_monthly",
        CycleAnnual = "cycle_annual",
        CycleTriennial = "cycle_triennial",
        CycleOneTime = "cycle_one_time",
        CycleNone = "cycle_none",
        ChoiceStopRenewal = "choice_stop_renewal",
        ChoiceNextQuantity = "choice_next_quantity",
        ChoiceRenew = "choice_renew",
        ChoiceBringBack = "choice_bring_back",
        // Where to look.
        SeeOrder = "see_order",
        SeeSubscription = "see_subscription",
        SeeSubscriptions = "see_subscriptions",
        // What became of a subscription.
        WhatQuantity = "what_quantity",
        WhatCancel = "what_cancel",
        WhatRenews = "what_renews",
        WhatEnds = "what_ends",
        WhatExtends = "what_extends",
        WhatEdition = "what_edition",
        WhatEditionOfSome = "what_edition_of_some",
        WhatTerm = "what_term",
        WhatAligned = "what_aligned",
        WhatSuspended = "what_suspended",
        WhatResumed = "what_resumed",
        WhatReactivated = "what_reactivated",
        WhatRenewed = "what_renewed",
        WhatResponsible = "what_responsible",
        FateDone = "fate_done",
        FateScheduled = "fate_scheduled",
        FateFailed = "fate_failed",
        FateWithdrawn = "fate_withdrawn",
        // What an order is called.
        OrderNamed = "order_named",
        OrderOf = "order_of",
        OrderOfMany = "order_of_many",
        // Who ordered, and what is told of it to whom.
        OrderedByCustomer = "ordered_by_customer",
        OrderedByPartner = "ordered_by_partner",
        OrderedBySystem = "ordered_by_system",
        OrderedByPartnerSystem = "ordered_by_partner_system",
        OrderedBySomebody = "ordered_by_somebody",
        ReadyYours = "ready_yours",
        ReadyPlaced = "ready_placed",
        FailedYours = "failed_yours",
        FailedPlaced = "failed_placed",
        ReadySubjectYours = "ready_subject_yours",
        ReadySubject = "ready_subject",
        FailedSubjectYours = "failed_subject_yours",
        FailedSubject = "failed_subject",
        // Who writes.
        LetterOf = "letter_of",
        // What stands under every mail.
        Footer = "footer",
    }
}
