//! The lanes in which work waits, apart from each other.

/// Where work waits. Each lane has its own loop: one that is slow or broken does not hold up another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// What time does to subscriptions.
    Clock,
    /// What is asked of Microsoft, and whatever else events cause.
    Work,
    /// Mails that people are to get.
    Mail,
}

impl Lane {
    /// Every lane there is.
    pub const ALL: [Self; 3] = [Self::Clock, Self::Work, Self::Mail];

    /// Its name in the database; the clock's work is no task, and stands elsewhere.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Work => "work",
            Self::Mail => "mail",
        }
    }
}
