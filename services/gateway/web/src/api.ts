// The gateway's API as the page uses it: JSON over HTTP in the Connect protocol's unary
// form. The browser sends the session's cookie by itself; no token is ever seen here.

/** A civil day. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export interface Question {
  readonly approval: string;
  readonly purpose: string;
  readonly operation: "aggregate";
  readonly identifiability: string;
  readonly commissioner: string;
  readonly listDay: CivilDate;
  readonly firstDay: CivilDate;
  readonly lastDay: CivilDate;
  readonly datasets: readonly string[];
  readonly measures: readonly string[];
  readonly dimensions: readonly string[];
}

export interface Verdict {
  readonly gate: string;
  readonly outcome: "pass" | "fail" | "needs_more";
  readonly reason?: string;
  readonly document?: string;
  readonly remedy?: string;
  readonly warning?: string;
}

export interface DecisionView {
  readonly effect: "permitted" | "required" | "refused" | "needs_more";
  readonly verdicts?: readonly Verdict[];
  readonly obligations?: readonly string[];
  readonly approval?: string;
  readonly organisation?: string;
  readonly role?: string;
  readonly explanation?: readonly string[];
}

export interface Table {
  readonly columns?: readonly string[];
  readonly keyColumnCount?: number;
  readonly rows?: readonly { readonly values?: readonly string[] }[];
  readonly leftOut?: string;
  readonly suppressedCellCount?: string;
  readonly complete?: boolean;
  readonly protection?: readonly string[];
}

export interface QueryResponse {
  readonly decision: DecisionView;
  readonly table?: Table;
  readonly receipt?: string;
}

export interface PreviewResponse {
  readonly decision: DecisionView;
  readonly rowCount?: string;
  readonly suppressedCellCount?: string;
  readonly receipt?: string;
}

export interface ExplainResponse {
  readonly decision: DecisionView;
}

export interface Entitlement {
  readonly approval: string;
  readonly title?: string;
  readonly purposes?: readonly string[];
  readonly datasets?: readonly string[];
  readonly identifiability?: string;
  readonly linkageAllowed?: boolean;
  readonly validFrom?: string;
  readonly validTo?: string;
  readonly conditions?: readonly string[];
}

export interface Entitlements {
  readonly organisation?: string;
  readonly role?: string;
  readonly entitlements?: readonly Entitlement[];
  readonly complete?: boolean;
}

export interface SessionState {
  readonly signedIn: boolean;
  readonly name: string;
  readonly secondsLeft: number;
  readonly demo: boolean;
}

export interface CatalogueItem {
  readonly id: string;
  readonly title: string;
}

export interface Catalogue {
  readonly datasets: readonly CatalogueItem[];
  readonly measures: readonly CatalogueItem[];
  readonly dimensions: readonly CatalogueItem[];
}

/** A failure with the one reason that programs read. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
    message: string,
    readonly retryAfterSeconds: number | null,
  ) {
    super(message);
  }
}

interface WireError {
  readonly code?: string;
  readonly message?: string;
  readonly details?: readonly { readonly debug?: { readonly reason?: string } }[];
}

const SERVICE = "/safehaven.gateway.v1.GatewayService/";

async function failureOf(response: Response): Promise<ApiError> {
  let wire: WireError = {};
  try {
    wire = (await response.json()) as WireError;
  } catch {
    // Not JSON: what is known is the status.
  }
  const reason = wire.details?.find((detail) => detail.debug?.reason !== undefined)?.debug?.reason;
  const retryAfter = Number(response.headers.get("Retry-After"));
  return new ApiError(
    wire.code ?? "unknown",
    reason ?? "UNEXPECTED",
    wire.message ?? `the gateway answered with HTTP ${response.status}`,
    retryAfter > 0 ? retryAfter : null,
  );
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, credentials: "same-origin", redirect: "error" });
  } catch {
    throw new ApiError("unavailable", "UNREACHABLE", "the gateway cannot be reached", null);
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

async function call<T>(method: string, request: unknown): Promise<T> {
  const response = await send(SERVICE + method, {
    method: "POST",
    headers: { "Content-Type": "application/json", "Connect-Protocol-Version": "1" },
    body: JSON.stringify(request),
  });
  return (await response.json()) as T;
}

export const query = (question: Question): Promise<QueryResponse> => call("Query", { question });
export const preview = (question: Question): Promise<PreviewResponse> => call("Preview", { question });
export const explain = (question: Question): Promise<ExplainResponse> => call("Explain", { question });
export const entitlements = (): Promise<Entitlements> => call("GetEntitlements", {});

export async function session(): Promise<SessionState> {
  return (await (await send("/auth/session", {})).json()) as SessionState;
}

export async function catalogue(): Promise<Catalogue> {
  return (await (await send("/catalogue.json", {})).json()) as Catalogue;
}

export async function signOut(): Promise<void> {
  await send("/auth/logout", { method: "POST" });
}
