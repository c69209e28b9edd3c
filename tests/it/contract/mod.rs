//! What frontends and scripts build on: screens, lines, lists.

mod carts;
mod screens;
