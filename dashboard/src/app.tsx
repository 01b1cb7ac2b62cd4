import type { SSRData } from "@urql/core";
import { Provider, useQuery } from "@urql/preact";
import type { ComponentChildren, ComponentType } from "preact";
import { ErrorBoundary, lazy, LocationProvider, Route, Router, useLocation } from "preact-iso";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { codeOf, newClient } from "./client";
import { Icon } from "./component/icon";
import { Page } from "./component/page";
import { Failure, Loading, NotFoundPage, useOnline } from "./component/state";
import { ViewerDocument } from "./graph.generated";
import { keepCode } from "./invitation";
import { DeadlinesPage } from "./page/deadlines";
import { HomePage } from "./page/home";
import { LinkPage, linkIn } from "./page/link";
import { ForgotPasswordPage, SignInPage, SignUpPage } from "./page/sign-in";
import { type Session, SessionContext, type Viewer, useSession } from "./session";
import { useWords, WordsContext } from "./text/text";
import { speak, type Words } from "./text/words";

// Pages beyond the first are loaded when they are gone to.
const later = (load: () => Promise<ComponentType>) => lazy<ComponentType>(() => load().catch(() => Broken));
const CertificationPage = later(() => import("./page/certification").then((page) => page.CertificationPage));
const CreditPage = later(() => import("./page/credit").then((page) => page.CreditPage));
const NewCreditPage = later(() => import("./page/credit").then((page) => page.NewCreditPage));
const CreditsPage = later(() => import("./page/credits").then((page) => page.CreditsPage));
const DisputesPage = later(() => import("./page/disputes").then((page) => page.DisputesPage));
const FilePage = later(() => import("./page/file").then((page) => page.FilePage));
const FilesPage = later(() => import("./page/files").then((page) => page.FilesPage));
const InboxPage = later(() => import("./page/inbox").then((page) => page.InboxPage));
const InvitationsPage = later(() => import("./page/invitations").then((page) => page.InvitationsPage));
const JoinPage = later(() => import("./page/join").then((page) => page.JoinPage));
const MemberPage = later(() => import("./page/member").then((page) => page.MemberPage));
const OrganizationHomePage = later(() => import("./page/organization").then((page) => page.OrganizationHomePage));
const OrganizationLogPage = later(() => import("./page/organization-log").then((page) => page.OrganizationLogPage));
const OrganizationProgramsPage = later(() => import("./page/organization-programs").then((page) => page.OrganizationProgramsPage));
const OrganizationSettingsPage = later(() => import("./page/organization-settings").then((page) => page.OrganizationSettingsPage));
const OrganizationsPage = later(() => import("./page/organizations").then((page) => page.OrganizationsPage));
const NewPostingPage = later(() => import("./page/posting-form").then((page) => page.NewPostingPage));
const PostingPage = later(() => import("./page/posting").then((page) => page.PostingPage));
const ReviewsPage = later(() => import("./page/reviews").then((page) => page.ReviewsPage));
const PostingsPage = later(() => import("./page/postings").then((page) => page.PostingsPage));
const ProgramPage = later(() => import("./page/program").then((page) => page.ProgramPage));
const EditProgramPage = later(() => import("./page/program-editor").then((page) => page.EditProgramPage));
const EditSharedProgramPage = later(() => import("./page/program-editor").then((page) => page.EditSharedProgramPage));
const NewProgramPage = later(() => import("./page/program-editor").then((page) => page.NewProgramPage));
const NewSharedProgramPage = later(() => import("./page/program-editor").then((page) => page.NewSharedProgramPage));
const ProgramsPage = later(() => import("./page/programs").then((page) => page.ProgramsPage));
const SettingsPage = later(() => import("./page/settings").then((page) => page.SettingsPage));

/** App is the whole, spoken in the words at first and with the answers that are known from the start: whoever is signed in sees her pages, and strangers those to sign in by. */
export function App({ words: first, answers }: { words: Words; answers: SSRData }) {
  const [words, setWords] = useState(first);
  const asked = useRef(first.tag);
  const [said, say] = useState({ text: "", at: 0 });
  const [epoch, setEpoch] = useState(0);
  // Whether somebody was signed in when last seen: only then has a session ended.
  const inside = useRef(false);
  const restart = () => {
    inside.current = false;
    setEpoch((epoch) => epoch + 1);
  };
  const session = {
    restart,
    speak: async (tag: string) => {
      if (tag === asked.current) {
        return words;
      }
      asked.current = tag;
      const spoken = await speak(tag).catch(() => words);
      if (tag === asked.current) { // no other was asked for meanwhile
        asked.current = spoken.tag;
        setWords(spoken);
      }
      return spoken;
    },
    say: (text: string) => say({ text, at: Date.now() }),
  };
  useLayoutEffect(() => {
    document.documentElement.lang = words.language;
  }, [words]);
  // A new client with each sign-in and sign-out: what one person read is gone before the next comes.
  const client = useMemo(
    () =>
      newClient(epoch === 0 ? answers : {}, () => {
        if (inside.current) {
          session.say(words.t.sessionEnded);
          restart();
        }
      }),
    [epoch],
  );
  return (
    <WordsContext.Provider value={words}>
      <LocationProvider>
        <Provider value={client}>
          <Known key={epoch} session={session} inside={inside} />
          <Notice {...said} />
        </Provider>
      </LocationProvider>
    </WordsContext.Provider>
  );
}

// What is read in the inbox changes how many are unread.
const viewerContext = { additionalTypenames: ["Notification", "MarkNotificationsReadPayload"] };

/** Known finds out who is signed in. */
function Known({ session, inside }: { session: Omit<Session, "viewer">; inside: { current: boolean } }) {
  const words = useWords();
  const { t } = words;
  const [result, ask] = useQuery({ query: ViewerDocument, variables: {}, context: viewerContext });
  const last = useRef<Viewer | null>(null);
  last.current = result.data?.me ?? (codeOf(result.error) === "UNAUTHENTICATED" ? null : last.current);
  const viewer = last.current;
  inside.current = viewer !== null;
  useEffect(() => {
    // Somebody who has an account reads what she chose there.
    if (viewer) {
      void session.speak(viewer.locale);
    }
  }, [viewer?.locale]);
  const value = useMemo(() => ({ ...session, viewer }), [viewer, words]);
  // What is inside hears of the viewer by the context, and is not drawn again with each answer.
  const known = viewer !== null;
  const within = useMemo(() => <Linked>{known ? <Inside /> : <Outside />}</Linked>, [known]);
  if (!viewer && result.error && codeOf(result.error) !== "UNAUTHENTICATED") {
    return (
      <Page title={t.appName} narrow>
        <Failure error={result.error} retry={() => ask({ requestPolicy: "network-only" })} />
      </Page>
    );
  }
  // Asked again, a stranger stays where she is.
  if (!viewer && result.fetching && !result.error) {
    return (
      <main class="narrow">
        <Loading />
      </main>
    );
  }
  return <SessionContext.Provider value={value}>{within}</SessionContext.Provider>;
}

/** Linked shows what a link in a mail leads to before anything else. */
function Linked({ children }: { children: ComponentChildren }) {
  const { viewer } = useSession();
  const { route } = useLocation();
  const [link, setLink] = useState(linkIn(location.hash));
  useEffect(() => {
    const look = () => setLink(linkIn(location.hash));
    addEventListener("hashchange", look);
    return () => removeEventListener("hashchange", look);
  }, []);
  useEffect(() => {
    if (link) {
      history.replaceState(null, "", location.pathname); // the token does not stay in the address
    }
    if (link?.kind === "notification") {
      setLink(null);
      route("/inbox");
    }
    if (link?.kind === "join") {
      keepCode(link.token);
      setLink(null);
      if (viewer) {
        route("/organizations/join", true);
      }
    }
  }, [link]);
  if (!link) {
    return <>{children}</>;
  }
  // The others are followed at once.
  return link.kind === "verify" || link.kind === "reset" ? <LinkPage link={link} done={() => setLink(null)} /> : null;
}

function Outside() {
  return (
    <Router>
      <Route path="/sign-up" component={SignUpPage} />
      <Route path="/forgot-password" component={ForgotPasswordPage} />
      <Route default component={SignInPage} />
    </Router>
  );
}

function Inside() {
  const { t } = useWords();
  const online = useOnline();
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {t.skip}
      </a>
      <Around />
      <div class="view">
        {!online && (
          <p class="banner" role="status">
            <strong>{t.offlineTitle}</strong> {t.offline}
          </p>
        )}
        <Guarded>
          <Router>
            <Route path="/" component={HomePage} />
            <Route path="/certifications/:id" component={CertificationPage} />
            <Route path="/credits" component={CreditsPage} />
            <Route path="/credits/new" component={NewCreditPage} />
            <Route path="/credits/:id" component={CreditPage} />
            <Route path="/deadlines" component={DeadlinesPage} />
            <Route path="/files" component={FilesPage} />
            <Route path="/files/:id" component={FilePage} />
            <Route path="/inbox" component={InboxPage} />
            <Route path="/organizations" component={OrganizationsPage} />
            <Route path="/organizations/join" component={JoinPage} />
            <Route path="/organizations/:id" component={OrganizationHomePage} />
            <Route path="/organizations/:id/disputes" component={DisputesPage} />
            <Route path="/organizations/:id/reviews" component={ReviewsPage} />
            <Route path="/organizations/:id/invitations" component={InvitationsPage} />
            <Route path="/organizations/:id/log" component={OrganizationLogPage} />
            <Route path="/organizations/:id/members/:memberId" component={MemberPage} />
            <Route path="/organizations/:id/postings" component={PostingsPage} />
            <Route path="/organizations/:id/postings/new" component={NewPostingPage} />
            <Route path="/organizations/:id/postings/:postingId" component={PostingPage} />
            <Route path="/organizations/:id/programs" component={OrganizationProgramsPage} />
            <Route path="/organizations/:id/programs/new" component={NewSharedProgramPage} />
            <Route path="/organizations/:id/programs/:programId/edit" component={EditSharedProgramPage} />
            <Route path="/organizations/:id/settings" component={OrganizationSettingsPage} />
            <Route path="/programs" component={ProgramsPage} />
            <Route path="/programs/new" component={NewProgramPage} />
            <Route path="/programs/:id" component={ProgramPage} />
            <Route path="/programs/:id/edit" component={EditProgramPage} />
            <Route path="/settings" component={SettingsPage} />
            <Route path="/sign-in" component={HomePage} />
            <Route path="/sign-up" component={HomePage} />
            <Route default component={NotFoundPage} />
          </Router>
        </Guarded>
      </div>
    </div>
  );
}

function Broken() {
  const { t } = useWords();
  return (
    <Page title={t.failureTitle}>
      <p>{t.crashed}</p>
      <button type="button" onClick={() => location.reload()}>
        {t.reload}
      </button>
    </Page>
  );
}

/** Guarded keeps a fault of the app from leaving an empty page. */
function Guarded({ children }: { children: ComponentChildren }) {
  const { path } = useLocation();
  const [broken, setBroken] = useState<string | null>(null);
  if (broken === path) {
    return <Broken />;
  }
  return (
    <ErrorBoundary
      onError={(error) => {
        console.error(error);
        setBroken(path);
      }}
    >
      {children}
    </ErrorBoundary>
  );
}

function Around() {
  const { t } = useWords();
  const { viewer } = useSession();
  const { path } = useLocation();
  const unread = viewer?.unreadCount ?? 0;
  const here = (target: string) => (target === "/" ? path === "/" : path.startsWith(target) && !(target === "/credits" && path === "/credits/new"));
  const link = (target: string, icon: Parameters<typeof Icon>[0]["name"], label: string, classes = "", badge = 0) => (
    <li class={classes}>
      <a href={target} aria-current={here(target) ? "page" : undefined}>
        <Icon name={icon} />
        <span>{label}</span>
        {badge > 0 && (
          <b class="badge">
            <span aria-hidden="true">{badge > 99 ? "99+" : badge}</span>
            <span class="hidden"> {t.unread(badge)}</span>
          </b>
        )}
      </a>
    </li>
  );
  return (
    <>
      <header class="top">
        <a class="brand" href="/" aria-label={`${t.appName}: ${t.home}`}>
          <img src="/icon.svg" alt="" width="32" height="32" />
          {t.appName}
        </a>
        <div class="aside">
          <a href="/organizations" aria-label={t.organizations} aria-current={here("/organizations") ? "page" : undefined}>
            <Icon name="organizations" />
          </a>
          <a href="/settings" aria-label={t.settings} aria-current={here("/settings") ? "page" : undefined}>
            <Icon name="settings" />
          </a>
        </div>
      </header>
      <nav aria-label={t.navigation}>
        <ul>
          {link("/", "home", t.home)}
          {link("/credits", "credits", t.credits)}
          {link("/credits/new", "plus", t.log, "log")}
          {link("/deadlines", "deadlines", t.deadlines)}
          {link("/inbox", "inbox", t.inbox, "", unread)}
          {link("/files", "files", t.files, "wide")}
          {link("/programs", "programs", t.programs, "wide")}
          {link("/organizations", "organizations", t.organizations, "wide")}
          {link("/settings", "settings", t.settings, "wide")}
        </ul>
      </nav>
    </>
  );
}

/** Notice says what has just been done, for a while. */
function Notice({ text, at }: { text: string; at: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    setShown(text !== "");
    const timer = setTimeout(() => setShown(false), 6000);
    return () => clearTimeout(timer);
  }, [at]);
  return (
    <div class="notice" role="status">
      {shown && <p>{text}</p>}
    </div>
  );
}
