import { CombinedError } from "@urql/core";
import { useClient, useQuery } from "@urql/preact";
import {
  ChangePasswordDocument,
  RefreshSessionDocument,
  RequestPasswordResetDocument,
  SignInDocument,
  SignInSettingsDocument,
  type SignInSettingsQuery,
  SignUpDocument,
  type SignUpInput,
  UpdateProfileDocument,
} from "./graph.generated";
import { useWords } from "./text/text";

type Firebase = NonNullable<SignInSettingsQuery["signInSettings"]["firebase"]>;

interface Answer {
  idToken?: string;
  refreshToken?: string;
  error?: { message: string };
}

/** What goes wrong, in Firebase's words, by the name of the text that says it. */
const problems: Record<string, "wrong" | "exists" | "weak" | "disabled" | "many" | "off"> = {
  INVALID_LOGIN_CREDENTIALS: "wrong",
  INVALID_PASSWORD: "wrong",
  INVALID_EMAIL: "wrong",
  EMAIL_NOT_FOUND: "wrong",
  EMAIL_EXISTS: "exists",
  WEAK_PASSWORD: "weak",
  PASSWORD_DOES_NOT_MEET_REQUIREMENTS: "weak",
  USER_DISABLED: "disabled",
  TOO_MANY_ATTEMPTS_TRY_LATER: "many",
  OPERATION_NOT_ALLOWED: "off",
  ADMIN_ONLY_OPERATION: "off",
  PASSWORD_LOGIN_DISABLED: "off",
};

const problemOf = (message: string) => new CombinedError({ graphQLErrors: [{ message, extensions: { code: "FORBIDDEN" } }] });

/**
 * useAccount does what needs a password, with whoever keeps the accounts: each returns what went wrong. The tokens that Firebase gives are
 * exchanged at once for a session in cookies, and kept nowhere.
 */
export function useAccount() {
  const client = useClient();
  const { t, language } = useWords();
  const [{ data }] = useQuery({ query: SignInSettingsDocument, variables: {}, requestPolicy: "cache-first" });

  async function ask({ apiKey, url }: Firebase, method: string, body: object): Promise<Answer & { problem?: CombinedError }> {
    try {
      const response = await fetch(`${url}/v1/accounts:${method}?key=${encodeURIComponent(apiKey)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Firebase-Locale": language },
        body: JSON.stringify(body),
        referrerPolicy: "origin", // a key may be restricted to websites
      });
      const answer = (await response.json()) as Answer;
      if (answer.error) {
        const [code] = answer.error.message.split(" ");
        return { problem: problemOf(t.firebase[problems[code!] ?? "other"]) };
      }
      return answer;
    } catch (error) {
      return { problem: new CombinedError({ networkError: error as Error }) };
    }
  }

  /** enter keeps the session in cookies. */
  async function enter({ refreshToken, problem }: Awaited<ReturnType<typeof ask>>) {
    if (problem) {
      return { error: problem };
    }
    // Without a token a second factor is wanted.
    return refreshToken ? client.mutation(RefreshSessionDocument, { input: { refreshToken } }).toPromise() : { error: problemOf(t.firebase.factor) };
  }

  /** by calls `local` where the server keeps the accounts, and `remote` where Firebase does. */
  async function by(local: () => PromiseLike<{ error?: CombinedError }>, remote: (firebase: Firebase) => Promise<{ error?: CombinedError }>): Promise<CombinedError | undefined> {
    const settings = await client.query(SignInSettingsDocument, {}, { requestPolicy: "cache-first" }).toPromise();
    if (!settings.data) {
      return settings.error;
    }
    const { keeper, firebase } = settings.data.signInSettings;
    if (keeper === "SERVER") {
      return (await local()).error;
    }
    return firebase ? (await remote(firebase)).error : problemOf(t.firebase.missing);
  }

  const check = (firebase: Firebase, email: string, password: string) => ask(firebase, "signInWithPassword", { email, password, returnSecureToken: true });
  const settings = data?.signInSettings;
  return {
    /** Whether Firebase keeps the accounts; false while that is not known. */
    remote: settings?.keeper === "FIREBASE",
    /** Whether nobody can sign in on this page. */
    missing: settings?.keeper === "FIREBASE" && !settings.firebase,

    signIn: (email: string, password: string) =>
      by(
        () => client.mutation(SignInDocument, { input: { email, password } }),
        async (firebase) => enter(await check(firebase, email, password)),
      ),

    signUp: (input: SignUpInput) =>
      by(
        () => client.mutation(SignUpDocument, { input }),
        async (firebase) => {
          const { email, password, name, timeZone, locale } = input;
          const answer = await ask(firebase, "signUp", { email, password, returnSecureToken: true });
          const entered = await enter(answer);
          const professional = "data" in entered ? entered.data?.refreshSession?.professional : undefined;
          if (professional) {
            // She is in, whatever becomes of these: both can be done later.
            await client.mutation(UpdateProfileDocument, { input: { version: professional.version, name, timeZone, locale } }).toPromise();
            await ask(firebase, "sendOobCode", { requestType: "VERIFY_EMAIL", idToken: answer.idToken });
          }
          return entered;
        },
      ),

    requestReset: (email: string) =>
      by(
        () => client.mutation(RequestPasswordResetDocument, { input: { email } }),
        async (firebase) => {
          const { problem } = await ask(firebase, "sendOobCode", { requestType: "PASSWORD_RESET", email });
          // Whether there is such an account is nobody's business.
          return { error: problem?.message.includes(t.firebase.wrong) ? undefined : problem };
        },
      ),

    changePassword: (email: string, oldPassword: string, newPassword: string) =>
      by(
        () => client.mutation(ChangePasswordDocument, { input: { oldPassword, newPassword } }),
        async (firebase) => {
          const known = await check(firebase, email, oldPassword);
          return known.idToken ? enter(await ask(firebase, "update", { idToken: known.idToken, password: newPassword, returnSecureToken: true })) : enter(known);
        },
      ),

    /** Returns what is wrong with the password where Firebase keeps it; the server checks its own. */
    checkPassword: (email: string, password: string) =>
      by(
        async () => ({}),
        async (firebase) => ({ error: (await check(firebase, email, password)).problem }),
      ),
  };
}
