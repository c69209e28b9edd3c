//! Closed sets of keys: one that is not in its set does not compile.

macro_rules! keys {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $key:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = concat!("The text of the key `", $key, "`.")] $variant),+ }

        impl $name {
            /// Every key, in the order of the files.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The key as it stands in the files.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
        }
    };
}
pub(crate) use keys;
