//! A client as a frontend or script would write one: JSON in, JSON out.

use crate::schema;
use serde_json::{Value, json};
use std::sync::Barrier;
use std::time::Duration;

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Client {
    url: String,
    token: Option<String>,
    headers: Vec<(String, String)>,
    agent: ureq::Agent,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body where it is JSON, else null.
    pub body: Value,
    /// The body as it came.
    pub text: String,
    headers: ureq::http::HeaderMap,
}

impl Client {
    /// Somebody without a token.
    pub fn anonymous(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .allow_non_standard_methods(true);
        Self { url: url.to_owned(), token: None, headers: vec![], agent: config.build().into() }
    }

    /// A demo person, logged in.
    pub fn log_in(url: &str, email: &str) -> Self {
        Self::log_in_with(url, email, api::demo::logins::PASSWORD)
    }

    /// Anybody, logged in.
    pub fn log_in_with(url: &str, email: &str, password: &str) -> Self {
        let client = Self::anonymous(url);
        let answer = client.post("/v1/auth/login", json!({"email": email, "password": password}));
        assert_eq!(answer.status, 200, "{email} logs in: {}", answer.text);
        client.with_token(answer.body["access_token"].as_str().unwrap_or_default())
    }

    /// The same with a token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same at another address: a server that was started anew.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The token it sends.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The same with a header on every request.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut next = self.clone();
        next.headers.push((name.to_owned(), value.to_owned()));
        next
    }

    /// Who it is: the id of the user.
    #[track_caller]
    pub fn id(&self) -> String {
        self.get("/v1/me").expect(200).text_at("/id").to_owned()
    }

    /// Whose it is: the id of the customer.
    #[track_caller]
    pub fn customer(&self) -> String {
        self.get("/v1/me").expect(200).text_at("/customer_id").to_owned()
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    /// POST with a JSON body.
    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body))
    }

    /// PUT with a JSON body.
    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, Some(body))
    }

    /// PATCH with a JSON body.
    pub fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, Some(body))
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// Any method, with a JSON body where one is given.
    pub fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        match body {
            Some(body) => self.send_raw(method, path, "application/json", body.to_string().into_bytes()),
            None => self.send_raw(method, path, "", vec![]),
        }
    }

    /// Any method, with a body as it is; no content type sends no body.
    pub fn send_raw(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let answer = self.try_send_raw(method, path, content_type, body);
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same, where there may be nobody to answer, or who answers may be killed in the middle of it.
    pub fn try_send(&self, method: &str, path: &str, body: Option<Value>) -> Result<Answer, ureq::Error> {
        match body {
            Some(body) => self.try_send_raw(method, path, "application/json", body.to_string().into_bytes()),
            None => self.try_send_raw(method, path, "", vec![]),
        }
    }

    /// Holds the answer against the API document: every test is one of that, too.
    fn try_send_raw(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Result<Answer, ureq::Error> {
        let answer = self.ask(method, path, content_type, body)?;
        let wrong = schema::differences_of(method, path, &answer);
        assert!(wrong.is_empty(), "{method} {path} is not answered as documented:\n{}", wrong.join("\n"));
        Ok(answer)
    }

    fn ask(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = if content_type.is_empty() {
            self.agent.run(request.body(()).expect("a request"))?
        } else {
            self.agent.run(request.header("Content-Type", content_type).body(body).expect("a request"))?
        };
        let bytes = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(Answer {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
            headers: response.headers().clone(),
        })
    }
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Every header, by name.
    pub fn headers(&self) -> Vec<(String, String)> {
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let mut all: Vec<_> = self.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        all.sort();
        all
    }

    /// A text of the body by JSON pointer.
    pub fn text_at(&self, pointer: &str) -> &str {
        self.body
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_else(|| panic!("no text at {pointer} in {}", self.text))
    }

    /// The problem's code.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// The body, where the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Checks status and code of a problem.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        let errors = self.body["errors"].as_array().into_iter().flatten().map(|error| &error["detail"]);
        for text in [&self.body["title"], &self.body["detail"]].into_iter().chain(errors) {
            let text = text.as_str().unwrap_or_default();
            assert!(is_for_people(text), "{text:?} in {}", self.text);
        }
        self
    }
}

/// U-62: whether a text says something, and shows no code, operation or empty place.
fn is_for_people(text: &str) -> bool {
    let code = |word: &str| {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        plain && word.contains('_')
    };
    let hole = ["{", "}", "`", "/v1/", "  ", "()", ": ."].iter().any(|hole| text.contains(hole));
    !text.is_empty() && !hole && !text.split_whitespace().any(code)
}

/// Sends requests at the same moment, each on a thread of its own; their answers in the order of the requests.
pub fn at_once<T: Sync>(requests: &[T], send: impl Fn(&T) -> Answer + Sync) -> Vec<Answer> {
    let (gate, send) = (&Barrier::new(requests.len()), &send);
    std::thread::scope(|threads| {
        let request = |one| {
            threads.spawn(move || {
                gate.wait();
                send(one)
            })
        };
        let running: Vec<_> = requests.iter().map(request).collect();
        running.into_iter().map(|thread| thread.join().expect("the request is answered")).collect()
    })
}
