//! The few headers of an answer that mean something here, as hostile text.

use super::Response;

impl Response {
    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// For how many seconds the server asks to be left alone (RFC 9110 §10.2.3). A date instead of seconds,
    /// which this interface's server does not send, is not read: then the usual wait has to do.
    pub fn retry_after(&self) -> Option<i64> {
        self.number("retry-after").and_then(|seconds| i64::try_from(seconds).ok())
    }

    /// A header that is a plain decimal number.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        let text = self.header(name)?.trim();
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_after(value: &str) -> Option<i64> {
        let headers = vec![("Retry-After".to_owned(), value.to_owned())];
        Response { status: 503, headers, body: Vec::new() }.retry_after()
    }

    #[test]
    fn seconds_are_read_and_nothing_else() {
        assert_eq!(retry_after("120"), Some(120));
        assert_eq!(retry_after(" 5 "), Some(5));
        for text in ["", "-1", "+1", "1.5", "Fri, 27 Nov 2026 05:45:47 GMT", "99999999999999999999"]
        {
            assert_eq!(retry_after(text), None, "{text}");
        }
    }
}
