//! Why a row or a cell of a sheet cannot be read: stable codes.

/// A cell is blank that must not be.
pub const MISSING: &str = "missing";
/// A cell is not of its column's form.
pub const MALFORMED: &str = "malformed";
/// A cell has none of its column's values.
pub const UNKNOWN: &str = "unknown";
/// Microsoft sells it and Kontor does not.
pub const NOT_SUPPORTED: &str = "not_supported";
/// A price is below zero.
pub const NEGATIVE: &str = "negative";
/// A number is beyond anything sensible.
pub const OUT_OF_RANGE: &str = "out_of_range";
/// It is priced by what is used, not by what is bought.
pub const METERED: &str = "metered";
/// The billing plan is for more than the term.
pub const INCONSISTENT: &str = "inconsistent";
/// A trial has a term and the billing plan `None`.
pub const TRIAL_PLAN: &str = "trial_plan";
/// A perpetual licence has no term and the billing plan `OneTime`.
pub const PERPETUAL_PLAN: &str = "perpetual_plan";
/// The price ends before it begins.
pub const ENDS_BEFORE_START: &str = "ends_before_start";
/// The row has too few or too many cells.
pub const COLUMN_COUNT: &str = "column_count";
/// A quote is opened and not closed.
pub const UNCLOSED_QUOTE: &str = "unclosed_quote";
/// The row is longer than 64 KiB.
pub const TOO_LONG: &str = "too_long";
/// The row is not UTF-8, or has characters that no text has.
pub const ENCODING: &str = "encoding";
/// The most is less than the fewest.
pub const BELOW_MINIMUM: &str = "below_minimum";
