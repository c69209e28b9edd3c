//! What clients of the API build on, whatever they ask for: its document, lists, problems, versions, amounts, screens.

mod all_at_once;
mod carts;
mod conventions;
mod edge;
mod examples;
mod forms;
mod heeded;
mod idempotency;
mod list_grammar;
mod lists;
mod money;
mod names;
pub mod openapi;
mod pages;
mod renderer;
mod screens;
mod texts;
mod versions;
pub mod world;
