//! Mail servers that are down, slow, busy or strict, and processes that are killed in the middle: mails wait, nothing
//! else does, and everybody is told once.

use api::mail::setting::{Way, way};
use api::mail::{Mail, SendError, SmtpTransport, Transport};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tests::running::E1;
use tests::shop::{self, YEAR_MONTHLY, rows};
use tests::smtp::{MailServer, Manner};
use tests::{TestApp, both};

fn smtp(address: &str) -> Arc<SmtpTransport> {
    let Ok(Way::Smtp(server)) = way(address) else { panic!("{address}") };
    Arc::new(SmtpTransport::with_timeout(server, Duration::from_millis(300)))
}

fn server_at(server: &MailServer) -> Arc<SmtpTransport> {
    smtp(&format!("smtp://127.0.0.1:{}?tls=none", server.port))
}

fn order(app: &TestApp) -> Value {
    shop::cart_with(&app.admin("cancom"), E1, YEAR_MONTHLY, 5).order()
}

#[track_caller]
fn told(app: &TestApp) -> Value {
    let all = rows(&app.provider("cancom").get("/v1/notifications").expect(200));
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

/// Orders, works with a server that takes no mail, and sees that the order runs while its mail waits.
#[track_caller]
fn waits(app: &TestApp, transport: Arc<dyn Transport>, why: &str) {
    let order = order(app);
    app.work_by_mail(transport, 20, time::Duration::seconds(3));
    assert_eq!(shop::order_now(&app.admin("cancom"), &order)["status"], "completed", "the order goes on");
    let told = told(app);
    assert_eq!((&told["status"], &told["sent_at"]), (&json!("pending"), &Value::Null));
    assert!(told["failure"].as_str().is_some_and(|failure| failure.contains(why)), "{told}");
    assert!(
        told["attempts"].as_i64().is_some_and(|attempts| (2..12).contains(&attempts)),
        "less and less often: {told}"
    );
}

/// The server is back: the mail goes, once.
#[track_caller]
fn goes_once(app: TestApp) {
    app.drain();
    assert_eq!(app.mails().len(), 1, "{:?}", app.mails());
    assert_eq!(told(&app)["status"], "sent");
    let app = app.restart();
    app.drain();
    assert_eq!(app.mails().len(), 1, "nor again after a new start");
}

both! {
    /// Nobody listens.
    mails_wait_for_a_server_that_is_down(app) {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        waits(&app, smtp(&format!("smtp://127.0.0.1:{free}?tls=none")), "refused");
        goes_once(app);
    }
}

both! {
    /// The server says 451 to every recipient.
    mails_wait_for_a_server_that_asks_to_try_later(app) {
        let server = MailServer::start(Manner::Busy);
        waits(&app, server_at(&server), "try again later");
        assert_eq!(server.received(), []);
        goes_once(app);
    }
}

both! {
    /// The server accepts the connection and never says a word.
    mails_wait_for_a_server_that_hangs(app) {
        let server = MailServer::start(Manner::Silent);
        let begun = Instant::now();
        waits(&app, server_at(&server), "");
        assert!(begun.elapsed() < Duration::from_secs(30), "each try is bounded, and not every task tries");
        goes_once(app);
    }
}

both! {
    /// A password that is wrong, or missing, is the installation's trouble: no mail is lost for it.
    mails_wait_until_the_server_lets_us_in(app) {
        let server = MailServer::start(Manner::Guarded);
        waits(&app, server_at(&server), "530");
        goes_once(app);
    }
}

both! {
    /// Without TLS nothing is said to a server unless that is asked for.
    mails_wait_where_starttls_is_not_offered(app) {
        let server = MailServer::start(Manner::Obliging);
        waits(&app, smtp(&format!("smtp://kontor:secret@127.0.0.1:{}", server.port)), "STARTTLS");
        assert_eq!(server.received(), []);
        goes_once(app);
    }
}

both! {
    /// A recipient that the server does not know: the mail has failed, the work is done.
    a_refused_recipient_is_not_tried_again(app) {
        let server = MailServer::start(Manner::Strict);
        order(&app);
        app.work_by_mail(server_at(&server), 10, time::Duration::MINUTE);
        let told = told(&app);
        assert_eq!((&told["status"], &told["attempts"]), (&json!("failed"), &json!(1)));
        assert!(told["failure"].as_str().is_some_and(|failure| failure.contains("no such user")), "{told}");
        let tasks = rows(&app.provider("cancom").get("/v1/tasks").expect(200));
        assert!(tasks.iter().all(|task| task["status"] == "done"), "{tasks:?}");
    }
}

/// Sends as another does, and is killed before anybody knows.
struct Killed(Arc<dyn Transport>);

impl Transport for Killed {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        self.0.send(mail)?;
        panic!("killed after the server's yes");
    }
}

/// Keeps what it is handed.
#[derive(Default)]
struct Kept(Mutex<Vec<Mail>>);

impl Transport for Kept {
    fn send(&self, mail: &Mail) -> Result<(), SendError> {
        self.0.lock().expect("mails").push(mail.clone());
        Ok(())
    }
}

both! {
    /// Whoever comes after a kill sends the same mail again, so that the mailbox knows it: the same Message-ID and
    /// text.
    a_kill_after_the_servers_yes_repeats_the_same_mail(app) {
        let kept = Arc::new(Kept::default());
        order(&app);
        app.work_by_mail(Arc::new(Killed(Arc::clone(&kept) as Arc<dyn Transport>)), 8, time::Duration::SECOND);
        assert_eq!(told(&app)["status"], "pending");
        app.work_by_mail(Arc::clone(&kept) as Arc<dyn Transport>, 40, time::Duration::MINUTE);
        assert_eq!(told(&app)["status"], "sent");
        let mails = kept.0.lock().expect("mails");
        assert!(mails.len() > 1);
        assert!(mails.iter().all(|mail| Mail { date: mails[0].date, ..mail.clone() } == mails[0]), "{mails:#?}");
        app.drain();
        assert_eq!(app.mails(), [], "it is sent");
    }
}

both! {
    /// What goes over the wire, in order.
    a_mail_goes_by_smtp(app) {
        let server = MailServer::start(Manner::Guarded);
        order(&app);
        let address = format!("smtp://kontor:p%40ss@127.0.0.1:{}?tls=none", server.port);
        app.work_by_mail(smtp(&address), 10, time::Duration::seconds(5));
        let received = server.received();
        assert_eq!(received.len(), 1);
        let login = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "\0kontor\0p@ss");
        assert_eq!(
            received[0].commands,
            [
                "EHLO kontor.test",
                &format!("AUTH PLAIN {login}"),
                "MAIL FROM:<no-reply@kontor.test>",
                "RCPT TO:<admin@kunde.cancom.example>",
                "DATA",
            ]
        );
        let text = &received[0].text;
        let told = told(&app);
        let id = format!("Message-ID: <{}@kontor.test>", told["id"].as_str().expect("an id"));
        for line in [
            "From: \"CANCOM Marketplace\" <no-reply@kontor.test>",
            "Reply-To: support@cancom.example",
            "To: admin@kunde.cancom.example",
            id.as_str(),
            "Auto-Submitted: auto-generated",
            "Content-Language: de",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(text.is_ascii() && text.contains("Guten Tag Erika Muster,"), "{text}");
        server.behave(Manner::Obliging);
        assert_eq!(told["status"], "sent");
    }
}
