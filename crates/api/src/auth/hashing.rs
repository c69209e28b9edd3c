//! Threads of their own for what needs much memory and time: password hashes. A few, with a bounded queue in front;
//! each keeps its memory from one piece of work to the next, and gives it back when nothing comes any more.

use crate::http::problem::{Code, Problem};
use argon2::Block;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// A thread without work for so long gives its memory back.
const IDLE: Duration = Duration::from_secs(2);
/// Blocks of 1 KiB that are reserved at least. Above 32 MiB every allocation is a mapping of its own, which goes back
/// to the system whole; below, the allocator learns from the first one to keep what is freed. What is reserved and not
/// touched is not resident.
const RESERVED: usize = 33 * 1024;

/// What a thread works in: grows to what was asked for, and is reused.
#[derive(Default)]
pub struct Memory(Vec<Block>);

impl Memory {
    /// So many blocks, with anything in them.
    pub fn blocks(&mut self, number: usize) -> &mut [Block] {
        if self.0.len() < number {
            self.0.reserve_exact(number.max(RESERVED) - self.0.len());
            self.0.resize(number, Block::new());
        }
        &mut self.0[..number]
    }
}

type Work = Box<dyn FnOnce(&mut Memory) + Send>;

#[derive(Default)]
struct Waiting {
    work: VecDeque<Work>,
    closed: bool,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece of work; none at the end. Whoever waits for too long without any gives its memory back.
    fn next(&self, memory: &mut Memory) -> Option<Work> {
        let mut waiting = self.lock();
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(work) = waiting.work.pop_front() {
                return Some(work);
            }
            if memory.0.capacity() == 0 {
                waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (after, timeout) = self.changed.wait_timeout(waiting, IDLE).unwrap_or_else(PoisonError::into_inner);
            waiting = after;
            if timeout.timed_out() && waiting.work.is_empty() {
                *memory = Memory::default();
            }
        }
    }
}

/// The threads and the queue in front of them; they end when it is dropped.
pub struct Hashing {
    queue: Arc<Queue>,
    longest: usize,
}

impl Hashing {
    /// Starts some threads, in front of which so many may wait.
    pub fn start(threads: usize, longest: usize) -> Result<Self, Problem> {
        let queue = Arc::new(Queue::default());
        for n in 0..threads {
            let queue = Arc::clone(&queue);
            let thread = std::thread::Builder::new().name(format!("hashing-{n}"));
            thread.spawn(move || run(&queue)).map_err(Problem::internal)?;
        }
        Ok(Self { queue, longest })
    }

    /// Does a piece of work in turn. Refused where too many wait already; left out where nobody waits for it any more.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (done, answer) = oneshot::channel();
        self.push(Box::new(move |memory| {
            if !done.is_closed() {
                // Who asked may be gone by now.
                let _ = done.send(work(memory));
            }
        }))?;
        answer.await.map_err(Problem::internal)
    }

    /// The same for callers that are no request: it waits on its own thread.
    pub fn run_here<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (done, answer) = mpsc::sync_channel(1);
        self.push(Box::new(move |memory| {
            let _ = done.send(work(memory));
        }))?;
        answer.recv().map_err(Problem::internal)
    }

    fn push(&self, work: Work) -> Result<(), Problem> {
        let mut waiting = self.queue.lock();
        if waiting.work.len() >= self.longest {
            return Err(Problem::new(Code::Unavailable).retry_after(1));
        }
        waiting.work.push_back(work);
        drop(waiting);
        self.queue.changed.notify_one();
        Ok(())
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.changed.notify_all();
    }
}

fn run(queue: &Queue) {
    let mut memory = Memory::default();
    while let Some(work) = queue.next(&mut memory) {
        // What panics is missed by who asked for it, and by nobody else.
        let _ = catch_unwind(AssertUnwindSafe(|| work(&mut memory)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_reused_and_given_back() {
        let mut memory = Memory::default();
        assert_eq!(memory.blocks(8).len(), 8);
        let at = memory.0.as_ptr();
        assert_eq!((memory.blocks(4).len(), memory.blocks(16).len()), (4, 16));
        assert_eq!(memory.0.as_ptr(), at, "the same memory");
        let hashing = Hashing::start(1, 1).unwrap();
        assert_eq!(hashing.run_here(|memory| memory.blocks(8).len()).unwrap(), 8);
        let is_back = |patience: u32| {
            std::thread::sleep(IDLE * patience);
            hashing.run_here(|memory| memory.0.capacity()).unwrap() == 0
        };
        // A busy machine may wake the thread late.
        assert!([2, 4, 8].into_iter().any(is_back));
    }

    #[test]
    fn a_full_queue_refuses_and_a_panic_ends_no_thread() {
        let hashing = Arc::new(Hashing::start(1, 1).unwrap());
        assert_eq!(hashing.run_here(|_| -> u32 { panic!("on purpose") }).unwrap_err().code, Code::Internal);
        let (go, wait) = mpsc::channel::<()>();
        let (begun, under_way) = mpsc::channel();
        let first = std::thread::spawn({
            let hashing = Arc::clone(&hashing);
            move || {
                hashing.run_here(move |_| {
                    begun.send(()).unwrap();
                    wait.recv().unwrap();
                })
            }
        });
        under_way.recv().unwrap();
        // One is under way, one may wait, a third may not.
        let (taken, is_taken) = mpsc::channel();
        hashing.push(Box::new(move |_| taken.send(()).unwrap())).unwrap();
        let refused = hashing.push(Box::new(|_| {})).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::Unavailable, Some(1)));
        go.send(()).unwrap();
        first.join().unwrap().unwrap();
        is_taken.recv().unwrap();
        assert_eq!(hashing.run_here(|_| 3).unwrap(), 3);
    }
}
