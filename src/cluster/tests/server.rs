//! A server on loopback that answers as a test says.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A server that runs until the process ends.
pub(super) struct Server {
    pub(super) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The path and the query.
    pub(super) path: String,
    /// The lines of the head, in lower case up to their colons.
    head: Vec<String>,
}

impl Asked {
    /// The value of a header, whose name is in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let values = self.head.iter().filter_map(|line| line.split_once(": "));
        values
            .into_iter()
            .find_map(|(own, value)| (own == name).then_some(value))
    }
}

/// A whole answer with a body of JSON.
pub(super) fn json(status: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}");
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// A list with some items.
pub(super) fn list(kind: &str, from: &str, items: &str) -> Vec<u8> {
    let metadata = format!(r#"{{"resourceVersion": "7", "continue": "{from}"}}"#);
    let body = format!(r#"{{"kind": "{kind}List", "metadata": {metadata}, "items": [{items}]}}"#);
    json("200 OK", &body)
}

impl Server {
    /// Serves what the function makes of each request.
    pub(super) fn new(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::speaking(move |asked, stream| {
            let _ = stream.write_all(&answer(asked));
        })
    }

    /// The same for a function that writes on its own.
    pub(super) fn speaking(
        answer: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                thread::spawn(move || converse(stream.unwrap(), &*answer, &log));
            }
        });
        Self { url, asked }
    }

    /// What was asked so far.
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn converse(
    mut stream: TcpStream,
    answer: &impl Fn(&Asked, &mut TcpStream),
    log: &Mutex<Vec<Asked>>,
) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    while let Some(Ok(first)) = lines.next() {
        let head = lines.by_ref().map_while(Result::ok);
        let head = head.take_while(|line| !line.is_empty()).collect();
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let asked = Asked { path, head };
        log.lock().unwrap().push(asked.clone());
        answer(&asked, &mut stream);
    }
}
