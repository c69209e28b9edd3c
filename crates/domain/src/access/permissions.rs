//! A set of permissions.

use super::Permission;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A set of permissions. On the wire and in the database: a list of their codes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Permissions(u64);

// One bit each.
const _: () = assert!(Permission::ALL.len() <= 64);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);

    /// These.
    pub const fn of(permissions: &[Permission]) -> Self {
        let (mut bits, mut n) = (0, 0);
        while n < permissions.len() {
            bits |= 1 << permissions[n] as u64;
            n += 1;
        }
        Self(bits)
    }

    /// Whether a permission is one of them.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u64) != 0
    }

    /// Those of both sets together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are in both.
    pub const fn within(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that the other set has not.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each, in the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, |set, permission| set.and(Self::of(&[permission])))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::code)).finish()
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Permission>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn some() -> impl Strategy<Value = BTreeSet<Permission>> {
        proptest::collection::btree_set(proptest::sample::select(Permission::ALL), 0..Permission::ALL.len())
    }

    proptest! {
        #[test]
        fn a_set_of_permissions_is_a_set(left in some(), right in some()) {
            let set = |all: &BTreeSet<Permission>| all.iter().copied().collect::<Permissions>();
            let (one, other) = (set(&left), set(&right));
            prop_assert_eq!(one.iter().collect::<BTreeSet<_>>(), left.clone());
            prop_assert_eq!(one.and(other).iter().collect::<BTreeSet<_>>(), &left | &right);
            prop_assert_eq!(one.within(other).iter().collect::<BTreeSet<_>>(), &left & &right);
            prop_assert_eq!(one.without(other).iter().collect::<BTreeSet<_>>(), &left - &right);
            prop_assert_eq!(one.without(other).is_empty(), left.is_subset(&right));
            let json = serde_json::to_string(&one).unwrap();
            prop_assert_eq!(serde_json::from_str::<Permissions>(&json).unwrap(), one);
        }
    }
}
