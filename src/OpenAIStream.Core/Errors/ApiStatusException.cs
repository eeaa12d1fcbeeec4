namespace OpenAIStream;

/// <summary>The service returned an error status. The derived classes say which.</summary>
public class ApiStatusException(string message, int statusCode = 0) : ApiException(message)
{
    /// <summary>The HTTP status, such as 429.</summary>
    public int StatusCode { get; set; } = statusCode;
}

/// <summary>Status 400: the request is not valid.</summary>
public sealed class BadRequestException(string message) : ApiStatusException(message, 400);

/// <summary>Status 401: the key is missing, wrong or revoked.</summary>
public sealed class ApiAuthenticationException(string message) : ApiStatusException(message, 401);

/// <summary>Status 403: the key does not have permission.</summary>
public sealed class PermissionDeniedException(string message) : ApiStatusException(message, 403);

/// <summary>Status 404: the address, model or object does not exist.</summary>
public sealed class NotFoundException(string message) : ApiStatusException(message, 404);

/// <summary>Status 409: another request is changing the object.</summary>
public sealed class ConflictException(string message) : ApiStatusException(message, 409);

/// <summary>Status 422: the request is well-formed but cannot be processed.</summary>
public sealed class UnprocessableEntityException(string message) : ApiStatusException(message, 422);

/// <summary>Status 429: too many requests or tokens, or the quota is used up.</summary>
public sealed class RateLimitException(string message) : ApiStatusException(message, 429);

/// <summary>Status 500 and above: the service failed.</summary>
public sealed class InternalServerException(string message, int statusCode = 500) : ApiStatusException(message, statusCode);
