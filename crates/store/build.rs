//! Migrations are part of the binary: a new one makes this crate compile again.

#![allow(clippy::print_stdout, reason = "the way a build script speaks to cargo")]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
