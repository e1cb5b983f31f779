//! The proxy on the way to a server: the kubeconfig's, else the environment's, as Go reads it
//! (`golang.org/x/net/http/httpproxy`).
//!
//! Of the environment, capitals come first; loopback and what `NO_PROXY` names is reached without; what cannot be read is
//! passed over. The kubeconfig's applies to every server, and is an error if it is not a proxy.

use std::net::IpAddr;

use http::Uri;

use super::settings;
use crate::environment::Environment;

/// The proxy on the way to a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) scheme: Scheme,
    /// Without user and password.
    pub(super) url: Uri,
    /// The user and the password.
    pub(super) user: Option<(String, String)>,
    /// What names it: `proxy-url`, `HTTPS_PROXY`.
    pub(super) from: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Http,
    Https,
    Socks5,
}

impl Scheme {
    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 => 1080,
        }
    }
}

/// The proxy on the way to a server.
///
/// # Errors
/// When the kubeconfig's proxy is not one.
pub(super) fn to(
    server: &Uri,
    proxy_url: Option<&str>,
    environment: &Environment,
) -> Result<Option<Proxy>, String> {
    const FIELD: &str = "proxy-url";
    if let Some(text) = proxy_url {
        return match read(text, FIELD) {
            Some(proxy) if text.contains("://") => Ok(Some(proxy)),
            _ => Err(format!(
                "`{FIELD}` must be a URL with http, https or socks5: `{}`",
                settings::public(text)
            )),
        };
    }
    let names = match server.scheme_str() {
        Some("https") => ["HTTPS_PROXY", "https_proxy"],
        _ => ["HTTP_PROXY", "http_proxy"],
    };
    let Some((name, text)) = first(environment, names) else {
        return Ok(None);
    };
    let without = first(environment, ["NO_PROXY", "no_proxy"]).map(|(_, list)| list);
    if is_direct(server, without.as_deref().unwrap_or_default()) {
        return Ok(None);
    }
    Ok(read(&text, name).or_else(|| read(&format!("http://{text}"), name)))
}

fn first(environment: &Environment, names: [&'static str; 2]) -> Option<(&'static str, String)> {
    let mut values = names.into_iter();
    values.find_map(|name| Some((name, environment.get(name)?)))
}

fn read(text: &str, from: &'static str) -> Option<Proxy> {
    let url: Uri = text.parse().ok()?;
    let scheme = match url.scheme_str()? {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        "socks5" | "socks5h" => Scheme::Socks5,
        _ => return None,
    };
    let host = url.host().filter(|host| !host.is_empty())?;
    let port = url.port_u16().unwrap_or(scheme.default_port());
    // The connector looks at the host and the port alone.
    let plain = if scheme == Scheme::Https {
        "https"
    } else {
        "http"
    };
    let authority = url.authority()?.as_str();
    let user = authority.rsplit_once('@').map(|(user, _)| {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        (decoded(name), decoded(password))
    });
    Some(Proxy {
        scheme,
        url: format!("{plain}://{host}:{port}/").parse().ok()?,
        user,
        from,
    })
}

/// A text without its percent signs.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|it| str::from_utf8(it).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = escaped.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a server is reached without a proxy.
fn is_direct(server: &Uri, without: &str) -> bool {
    let host = server.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let host = host.to_lowercase();
    let default = if server.scheme_str() == Some("https") {
        443
    } else {
        80
    };
    let port = server.port_u16().unwrap_or(default);
    let address = host.parse::<IpAddr>().ok();
    if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
        return true;
    }
    let entries = without.split(',').map(|entry| entry.trim().to_lowercase());
    entries
        .filter(|entry| !entry.is_empty())
        .any(|entry| matches(&entry, &host, address, port))
}

/// Whether an entry of `NO_PROXY` is about a host.
fn matches(entry: &str, host: &str, address: Option<IpAddr>, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, bits)) = network(entry) {
        return address.is_some_and(|address| is_within(address, network, bits));
    }
    let (name, own_port) = match entry.rsplit_once(':') {
        Some((name, own)) if entry.parse::<IpAddr>().is_err() => (name, Some(own)),
        _ => (entry, None),
    };
    if own_port.is_some_and(|own| !own.is_empty() && own != port.to_string()) {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    if let Ok(own) = name.parse::<IpAddr>() {
        return address.is_some_and(|address| canonical(own) == canonical(address));
    }
    if name.is_empty() || address.is_some() {
        return false;
    }
    let name = name
        .strip_prefix('*')
        .filter(|rest| rest.starts_with('.'))
        .unwrap_or(name);
    match name.strip_prefix('.') {
        Some(_) => host.ends_with(name),
        None => host == name || host.ends_with(&format!(".{name}")),
    }
}

fn network(entry: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = entry.split_once('/')?;
    let (address, bits) = (address.parse::<IpAddr>().ok()?, bits.parse().ok()?);
    let most = if address.is_ipv4() { 32 } else { 128 };
    (bits <= most).then_some((address, bits))
}

/// An IPv4 address that is written as an IPv6 one is the same.
fn canonical(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) => address.to_canonical(),
        IpAddr::V4(_) => address,
    }
}

fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (canonical(address), network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            differing.leading_zeros() >= bits
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let differing = address.to_bits() ^ network.to_bits();
            differing.leading_zeros() >= bits
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

    use std::ffi::OsString;

    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        let variables = variables.iter();
        variables
            .map(|(name, value)| (OsString::from(name), OsString::from(value)))
            .collect()
    }

    fn server(url: &str) -> Uri {
        url.parse().unwrap()
    }

    fn url(variables: &[(&str, &str)], to_server: &str) -> Option<String> {
        let proxy = to(&server(to_server), None, &environment(variables)).unwrap();
        proxy.map(|proxy| format!("{:?} {} {}", proxy.scheme, proxy.url, proxy.from))
    }

    #[test]
    fn the_environment_names_one_for_each_scheme() {
        let both = [("HTTPS_PROXY", "http://one:3128"), ("http_proxy", "two")];
        let one = "Http http://one:3128/ HTTPS_PROXY";
        assert_eq!(url(&both, "https://a").as_deref(), Some(one));
        assert_eq!(
            url(&both, "http://a").as_deref(),
            Some("Http http://two:80/ http_proxy")
        );
        let capitals = [
            ("https_proxy", "http://small"),
            ("HTTPS_PROXY", "https://capital"),
        ];
        let capital = "Https https://capital:443/ HTTPS_PROXY";
        assert_eq!(url(&capitals, "https://a").as_deref(), Some(capital));
        let socks = [("https_proxy", "socks5://u:p@s")];
        assert_eq!(
            url(&socks, "https://a").as_deref(),
            Some("Socks5 http://s:1080/ https_proxy")
        );
        for bogus in ["", "ftp://a b", "::"] {
            assert_eq!(url(&[("HTTPS_PROXY", bogus)], "https://a"), None, "{bogus}");
        }
    }

    /// `TestUseProxy` in `golang.org/x/net/http/httpproxy/proxy_test.go`, and what is not in it.
    #[test]
    fn no_proxy_is_read_as_go_reads_it() {
        let without = "foobar.com, .barbaz.net, 192.168.1.1, 192.168.1.2:81, 192.168.1.3:80, 10.0.0.0/30, \
                       2001:db8::52:0:1, [2001:db8::52:0:2]:443, [2001:db8::52:0:3]:80, 2002:db8:a::45/64, \
                       *.star.org, host.com:444, bad.com:, :80, ,";
        let variables = [("HTTPS_PROXY", "http://proxy"), ("NO_PROXY", without)];
        for (host, is_proxied) in [
            ("localhost", false),
            ("LOCALHOST", false),
            ("127.0.0.1", false),
            ("127.0.0.2", false),
            ("[::1]", false),
            ("[::2]", true),
            ("192.168.1.1", false),
            ("192.168.1.2:81", false),
            ("192.168.1.2", true),
            ("192.168.1.3", true),
            ("192.168.1.4", true),
            ("10.0.0.2", false),
            ("10.0.0.4", true),
            ("[2001:db8::52:0:1]", false),
            ("[2001:db8::52:0:2]", false),
            ("[2001:db8::52:0:3]", true),
            ("[2002:db8:a::123]", false),
            ("[fe80::424b:c8be:1643:a1b6]", true),
            ("barbaz.net", true),
            ("www.barbaz.net", false),
            ("foobar.com", false),
            ("www.foobar.com", false),
            ("foofoobar.com", true),
            ("baz.com", true),
            ("localhost.net", true),
            ("local.localhost", true),
            ("FOOBAR.com", false),
            ("a.star.org", false),
            ("star.org", true),
            ("host.com:444", false),
            ("host.com", true),
            ("bad.com", false),
        ] {
            let proxied = url(&variables, &format!("https://{host}")).is_some();
            assert_eq!(proxied, is_proxied, "{host}");
        }
        let all = [("HTTPS_PROXY", "http://proxy"), ("no_proxy", "a, *")];
        assert_eq!(url(&all, "https://1.2.3.4"), None);
    }

    #[test]
    fn the_kubeconfigs_own_is_for_every_server_and_has_to_be_one() {
        let none = environment(&[("NO_PROXY", "*"), ("HTTPS_PROXY", "http://other")]);
        let here = server("https://127.0.0.1:6443");
        let own = to(&here, Some("socks5://me:p%40ss%zz@proxy"), &none)
            .unwrap()
            .unwrap();
        assert_eq!((own.scheme, own.from), (Scheme::Socks5, "proxy-url"));
        assert_eq!(own.url.to_string(), "http://proxy:1080/");
        assert_eq!(own.user, Some(("me".to_owned(), "p@ss%zz".to_owned())));
        for wrong in [
            "proxy:3128",
            "ftp://me:hush@proxy",
            "http://",
            "me:hush@proxy",
        ] {
            let error = to(&here, Some(wrong), &none).unwrap_err();
            assert!(error.starts_with("`proxy-url` must be a URL"), "{error}");
            assert!(!error.contains("hush"), "{error}");
        }
    }
}
