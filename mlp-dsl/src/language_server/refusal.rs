//! Why a request has no answer.

use lsp_server::{ErrorCode, RequestId, Response};

/// A request that cannot be answered, with the reason for the person who made it.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    code: ErrorCode,
    reason: String,
}

impl Refusal {
    /// The request itself is wrong.
    pub(super) fn invalid(reason: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::InvalidParams,
            reason: reason.into(),
        }
    }

    /// The request is right, and what it asks for is not possible.
    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::RequestFailed,
            reason: reason.into(),
        }
    }

    /// A request with another code of the protocol.
    pub(super) fn with_code(code: ErrorCode, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    /// The answer that says so.
    pub(super) fn response(self, id: RequestId) -> Response {
        Response::new_err(id, self.code as i32, self.reason)
    }
}
