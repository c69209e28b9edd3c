//! How long texts may be, and what they may look like: for forms, and for the checks of requests.

/// A company's name.
pub const COMPANY: u16 = 200;
/// A person's first or last name, whichever way the person came in; Microsoft takes no longer one.
pub const NAME: u16 = 50;
/// An e-mail address.
pub const EMAIL: u16 = 254;
/// A phone number.
pub const PHONE: u16 = 50;
/// Street and number.
pub const STREET: u16 = 200;
/// A postal code.
pub const POSTAL_CODE: u16 = 20;
/// The name of a city.
pub const CITY: u16 = 100;
/// The code of a region.
pub const REGION: u16 = 20;
/// A VAT id.
pub const VAT_ID: u16 = 20;
/// What scripts call a thing.
pub const EXTERNAL_REF: u16 = 100;
/// A branch's name.
pub const BRANCH: u16 = 100;
/// A partner id.
pub const PARTNER_ID: u16 = 10;
/// A partner of record: what its reseller or the customer writes.
pub const PARTNER_OF_RECORD: u16 = 20;
/// A Microsoft id.
pub const MICROSOFT_ID: u16 = 36;
/// A customer number.
pub const CUSTOMER_NUMBER: u16 = 20;

/// Text without control characters, and without those that turn the direction of what is around them.
pub const PRINTABLE: &str = r"^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$";

/// The same with a letter of some script in it: the name of a person or a place. In ECMAScript's Unicode mode.
pub const WITH_LETTER: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*\p{Alphabetic}",
    r"[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$",
);

/// The same with a letter or a digit in it: the name of a company.
pub const WITH_LETTER_OR_DIGIT: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*[\p{Alphabetic}\p{N}]",
    r"[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$",
);

/// An e-mail address, see [`crate::mail_address`]: with a dot in its domain, which may be of any alphabet, and none
/// beside another before the `@`.
pub const EMAIL_PATTERN: &str = concat!(
    r"^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*",
    r"@[a-zA-Z0-9\u00a1-\uffef](?:[a-zA-Z0-9\u00a1-\uffef-]{0,61}[a-zA-Z0-9\u00a1-\uffef])?",
    r"(?:\.[a-zA-Z0-9\u00a1-\uffef](?:[a-zA-Z0-9\u00a1-\uffef-]{0,61}[a-zA-Z0-9\u00a1-\uffef])?)+$",
);

/// A log-in name where it may be any, see [`crate::people::LoginName`].
pub const FREE_LOGIN_PATTERN: &str = r"^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~@-]{3,254}$";

/// A partner id, see [`crate::onboarding::is_partner_id`].
pub const PARTNER_ID_PATTERN: &str = "^[0-9]{5,10}$";
/// A Microsoft id, see [`crate::onboarding::is_microsoft_id`].
pub const MICROSOFT_ID_PATTERN: &str = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$";
/// A customer number, see [`crate::customer_number::is_number`].
pub const CUSTOMER_NUMBER_PATTERN: &str = "^[0-9A-Z-]{1,20}$";
/// The same where somebody registers: small letters are taken for capitals.
pub const ANY_CUSTOMER_NUMBER_PATTERN: &str = "^[0-9A-Za-z-]{1,20}$";
/// A BIC, see [`crate::registration::bank::is_bic`]; small letters are taken for capitals.
pub const BIC_PATTERN: &str = "^[A-Za-z]{6}(?:[0-9A-Za-z]{2}|[0-9A-Za-z]{5})$";
