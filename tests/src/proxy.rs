//! A network between a program and its database that may fall silent: what it was given is lost without a word.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Hands on what it is given, both ways.
pub struct Proxy {
    address: SocketAddr,
    target: SocketAddr,
    /// Whether the connections made from now on are silent; each keeps what it began with.
    silent: Arc<Mutex<Arc<AtomicBool>>>,
}

impl Proxy {
    /// Between a free port and a target.
    pub fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let silent = Arc::new(Mutex::new(Arc::new(AtomicBool::new(false))));
        let current = Arc::clone(&silent);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let silent = Arc::clone(&current.lock().unwrap_or_else(PoisonError::into_inner));
                // A server that is away: the client is hung up on.
                let Ok(server) = TcpStream::connect(target) else { continue };
                carry(&client, &server, &silent);
                carry(&server, &client, &silent);
            }
        });
        Self { address, target, silent }
    }

    /// Its address instead of the target's in a URL.
    pub fn instead_of_target(&self, url: &str) -> String {
        let target = format!("{}:{}", self.target.ip(), self.target.port());
        assert!(url.contains(&target), "{url} names no {target}");
        url.replace(&target, &self.address.to_string())
    }

    /// Loses whatever comes from now on; connections are taken, and never ended.
    pub fn fall_silent(&self) {
        self.silent.lock().unwrap_or_else(PoisonError::into_inner).store(true, Ordering::SeqCst);
    }

    /// Hands on what comes over new connections; the old ones stay as silent as they were.
    pub fn forget(&self) {
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(AtomicBool::new(false));
    }
}

fn carry(from: &TcpStream, to: &TcpStream, silent: &Arc<AtomicBool>) {
    let (mut from, mut to) = (from.try_clone().expect("a socket"), to.try_clone().expect("a socket"));
    let silent = Arc::clone(silent);
    std::thread::spawn(move || {
        let mut bytes = [0; 16_384];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            if !silent.load(Ordering::SeqCst) && to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        if !silent.load(Ordering::SeqCst) {
            let _ = to.shutdown(std::net::Shutdown::Both);
        }
    });
}
