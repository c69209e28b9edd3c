//! The keys of `texts/*/phrases.ftl`.

use crate::texts::keys::closed::keys;

keys! {
    /// A phrase that stands in the place of a text.
    Phrase {
        // What a value must be.
        PossibleValue = "possible_value",
        AnInstant = "an_instant",
        ADay = "a_day",
        NotInTheFuture = "not_in_the_future",
        NotInThePast = "not_in_the_past",
        Printable = "printable",
        NameWithLetter = "name_with_letter",
        NameWithLetterOrDigit = "name_with_letter_or_digit",
        Email = "email",
        Country = "country",
        Once = "once",
        WholeNumber = "whole_number",
        NotNegative = "not_negative",
        Text = "text",
        YesOrNo = "yes_or_no",
        Object = "object",
        Array = "array",
        FiveToTenDigits = "five_to_ten_digits",
        ThreeTo254 = "three_to_254",
        OneTo50 = "one_to_50",
        LettersOfLogins = "letters_of_logins",
        ShortName = "short_name",
        CustomerNumber = "customer_number",
        DigitsCapitalsDashes = "digits_capitals_dashes",
        MicrosoftId = "microsoft_id",
        Iban = "iban",
        Bic = "bic",
        KeyOrPosition = "key_or_position",
        ListForEverybody = "list_for_everybody",
        SecureAddress = "secure_address",
        RegistersBuyers = "registers_buyers",
        RegistersReseller = "registers_reseller",
        AdministratorsAmong = "administrators_among",
        AreasWhereByArea = "areas_where_by_area",
        SomeDaysAfterEnd = "some_days_after_end",
        CycleWithinTerm = "cycle_within_term",
        LanguagesOffered = "languages_offered",
        DaysReminded = "days_reminded",
        // Classes of characters that a password lacks.
        Letter = "letter",
        Capital = "capital",
        Small = "small",
        Digit = "digit",
        Special = "special",
        // Segments of customers.
        Commercial = "commercial",
        Education = "education",
        Government = "government",
        Nonprofit = "nonprofit",
        // What people agree to.
        Terms = "terms",
        Privacy = "privacy",
        VendorTerms = "vendor_terms",
        MicrosoftAccount = "microsoft_account",
        TermsAndPrivacy = "terms_and_privacy",
        GeneralTerms = "general_terms",
        DataProtection = "data_protection",
        // What a reseller needs before it buys.
        ItsIds = "its_ids",
        PartnerAgreement = "partner_agreement",
        Relationship = "relationship",
        // Parts of a reseller's work.
        GeneralAccess = "general_access",
        Dashboard = "dashboard",
        CustomerManagement = "customer_management",
        Csp = "csp",
        // Kinds of organisations.
        Platform = "platform",
        Provider = "provider",
        Reseller = "reseller",
        Customer = "customer",
        // How a marketplace stands, and whom one reaches there.
        MarketplaceDraft = "marketplace_draft",
        MarketplaceOpen = "marketplace_open",
        MarketplaceSuspended = "marketplace_suspended",
        MarketplaceClosed = "marketplace_closed",
        AboutOrders = "about_orders",
        AboutSupport = "about_support",
        // What a product key does.
        Activate = "activate",
        AddUsers = "add_users",
        Renew = "renew",
        // Where a job stands.
        Queued = "queued",
        Running = "running",
        Done = "done",
        Failed = "failed",
        Canceled = "canceled",
        // Why a sheet cannot be read.
        SheetEmpty = "sheet_empty",
        SheetNoRows = "sheet_no_rows",
        SheetOther = "sheet_other",
        SheetColumns = "sheet_columns",
        SheetColumnTwice = "sheet_column_twice",
        SheetHeader = "sheet_header",
        SheetArchive = "sheet_archive",
        SheetTooLarge = "sheet_too_large",
        SheetBrokenOff = "sheet_broken_off",
        SheetNotPacked = "sheet_not_packed",
        // What else there can be.
        ThisName = "this_name",
        ThisEntry = "this_entry",
        AProduct = "a_product",
        YourCompany = "your_company",
        NoneGiven = "none_given",
        TheSupport = "the_support",
    }
}

keys! {
    /// What is said in one place alone, with places of its own.
    Wording {
        // How a day, an instant and bounds are written.
        Day = "day",
        Instant = "instant",
        Bounds = "bounds",
        // For how long a plan binds, and how it is paid.
        TermP1m = "term_p1m",
        TermP1y = "term_p1y",
        TermP3y = "term_p3y",
        TermNone = "term_none",
        BilledMonthly = "billed_monthly",
        BilledAnnual = "billed_annual",
        BilledTriennial = "billed_triennial",
        BilledOneTime = "billed_one_time",
        BilledNone = "billed_none",
        // What a cart warns of.
        AddOnEndsWithBase = "add_on_ends_with_base",
        // Who sets up branches.
        BranchesByCustomer = "branches_by_customer",
        BranchesByProvider = "branches_by_provider",
    }
}
