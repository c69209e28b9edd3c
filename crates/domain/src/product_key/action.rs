//! What a product key does where it is redeemed.

use crate::coded::coded_enum;
use serde::{Deserialize, Serialize};

coded_enum! {
    /// What a key does (K-02).
    KeyAction {
        /// A subscription begins.
        Activate = "activate",
        /// A subscription that runs gets more licences.
        AddUsers = "add_users",
        /// A subscription gets another term.
        Renew = "renew",
    }
}
