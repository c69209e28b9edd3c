//! Somebody who is logged in: JSON in, JSON out, for everything around the measured requests.

use crate::Result;
use crate::http::{Connection, request};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;

/// The password of every demo log-in.
pub(crate) const PASSWORD: &str = "Kontor-demo-1!";
/// Runs the marketplace.
pub(crate) const PROVIDER: &str = "provider@cancom.example";
/// Company administrator of a demo customer.
pub(crate) const CUSTOMER: &str = "admin@kunde.cancom.example";

/// A person with a connection.
pub(crate) struct Client {
    connection: Connection,
    /// The access token; it lives 15 minutes, longer than any round.
    pub(crate) token: String,
}

impl Client {
    /// Logs in.
    pub(crate) fn log_in(address: SocketAddr, email: &str) -> Result<Self> {
        let mut client = Self { connection: Connection::open(address)?, token: String::new() };
        let answer = client.send("POST", "/v1/auth/login", &json!({"email": email, "password": PASSWORD}))?;
        text(&answer, "/access_token")?.clone_into(&mut client.token);
        Ok(client)
    }

    /// GET.
    pub(crate) fn get(&mut self, path: &str) -> Result<Value> {
        Ok(serde_json::from_slice(&self.get_bytes(path)?)?)
    }

    /// GET, with the body as it came.
    pub(crate) fn get_bytes(&mut self, path: &str) -> Result<Vec<u8>> {
        self.exchange("GET", path, "", b"")
    }

    /// Any method with a JSON body.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: &Value) -> Result<Value> {
        Ok(serde_json::from_slice(&self.exchange(method, path, "application/json", body.to_string().as_bytes())?)?)
    }

    /// Follows long work to its end, where an answer is a job; what it then is.
    pub(crate) fn followed(&mut self, answer: Value) -> Result<Value> {
        let Some(path) = answer["id"].as_str().filter(|id| id.starts_with("job_")).map(|id| format!("/v1/jobs/{id}"))
        else {
            return Ok(answer);
        };
        loop {
            let job = self.get(&path)?;
            match job["state"].as_str() {
                Some("queued" | "running") => std::thread::sleep(Duration::from_millis(20)),
                Some("done") => return Ok(job),
                _ => return Err(format!("it came to nothing: {job}").into()),
            }
        }
    }

    /// POST of a file.
    pub(crate) fn upload(&mut self, path: &str, content_type: &str, body: &[u8]) -> Result<Value> {
        Ok(serde_json::from_slice(&self.exchange("POST", path, content_type, body)?)?)
    }

    fn exchange(&mut self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Result<Vec<u8>> {
        let answer = self.connection.exchange(&request(method, path, &self.token, content_type, body))?;
        if !(200..300).contains(&answer.status) {
            return Err(format!("{method} {path}: {} {}", answer.status, String::from_utf8_lossy(answer.body)).into());
        }
        Ok(answer.body.to_vec())
    }
}

/// A text of an answer by JSON pointer.
pub(crate) fn text<'a>(answer: &'a Value, pointer: &str) -> Result<&'a str> {
    answer.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("no text at {pointer} in {answer}").into())
}
