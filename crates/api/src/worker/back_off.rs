//! How long is waited after a failure before the next try.

/// The wait after so many failures in a row: 1 s, 2 s, 4 s … at most an hour.
pub fn back_off(failures: i32) -> time::Duration {
    let exponent = u32::try_from(failures.clamp(1, 12)).unwrap_or(1) - 1;
    time::Duration::seconds(2_i64.pow(exponent).min(3_600))
}
