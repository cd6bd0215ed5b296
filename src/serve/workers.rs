//! Work that keeps a processor busy: on threads of its own, only so much at a time, and only so much waiting.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use super::problem::Problem;

/// How many jobs may wait before callers are told to come back.
const WAITING: usize = 512;

/// The threads for heavy work.
pub struct Workers {
    running: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Workers {
    /// As many at a time as the machine has processors, but two at least: an import must not stand in the way of a tile.
    pub fn new() -> Self {
        let at_a_time = at_a_time();
        Self { running: Arc::new(Semaphore::new(at_a_time)), queue: Arc::new(Semaphore::new(at_a_time + WAITING)) }
    }

    /// Does a job and waits for it. A caller that goes away leaves a job that has begun to finish, and to count, until
    /// it is done.
    pub async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let place = Arc::clone(&self.queue).try_acquire_owned();
        let place = place.map_err(|_| Problem::unavailable("too many requests are waiting"))?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|closed| Problem::internal(&closed))?;
        let work = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            job()
        });
        work.await.map_err(|fault| Problem::internal(&fault))
    }
}

/// How many threads long work in the background may have, so that a processor is left to those who read.
pub fn beside_readers() -> usize {
    available_parallelism().map_or(1, |all| all.get() - 1).max(1)
}

fn at_a_time() -> usize {
    available_parallelism().map_or(2, usize::from).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_jobs_run_at_a_time_than_there_are_processors() {
        static RUNNING: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let workers = Workers::new();
        let job = || {
            MOST.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            RUNNING.fetch_sub(1, Ordering::SeqCst);
        };
        let jobs = futures_util::future::join_all((0..50).map(|_| workers.run(job))).await;
        assert!(jobs.iter().all(Result::is_ok));
        assert_eq!(MOST.load(Ordering::SeqCst), at_a_time());
    }

    #[tokio::test]
    async fn a_job_that_panics_is_a_failure_and_not_the_end() {
        let workers = Workers::new();
        assert!(workers.run(|| panic!("on purpose")).await.is_err());
        assert_eq!(workers.run(|| 7).await.ok(), Some(7));
    }
}
