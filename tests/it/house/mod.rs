//! What holds whoever changes Kontor: the order of the source, its words and documents, what it asks of databases.

pub mod architecture;
mod drawings;
mod explained;
mod graph;
mod rules;
mod scope;
mod statements;
mod tidy;
mod words;
