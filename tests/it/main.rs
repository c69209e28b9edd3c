//! The whole service, from the outside, on both databases: a folder for what each reader looks for.

mod contract;
mod faults;
mod house;
mod lives;
mod manuals;
mod operation;
mod people;
