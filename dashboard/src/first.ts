import { createRequest, type SSRData } from "@urql/core";
import { begun, firstWords } from "./begin";
import { CertificationsDocument, DeadlinesDocument, ViewerDocument } from "./graph.generated";
import { speak, type Words, wordsOf } from "./text/words";

/**
 * first waits for what was asked before the app had loaded, so that the first page is drawn once and whole: the words, in the language of who is
 * signed in, and the answers. What has failed is left out, and the app asks for it itself.
 */
export async function first(): Promise<{ words: Words; answers: SSRData }> {
  const [answer, spoken] = await Promise.all([begun, firstWords.catch(() => undefined)]);
  const me = answer?.data?.me;
  const answers: SSRData = {};
  const viewer = createRequest(ViewerDocument, {});
  if (me) {
    // Each finds its part in the whole.
    const data = JSON.stringify(answer.data);
    answers[viewer.key] = { data };
    if ("certifications" in me) {
      answers[createRequest(CertificationsDocument, { after: null }).key] = { data };
      answers[createRequest(DeadlinesDocument, { after: null }).key] = { data };
    }
  } else if (answer?.errors?.[0]?.extensions?.code === "UNAUTHENTICATED") {
    answers[viewer.key] = { error: { graphQLErrors: answer.errors } };
  }
  const words = me && me.locale !== spoken?.tag ? await speak(me.locale).catch(() => spoken) : spoken;
  // Of a bad network the texts in one language may come, if not those in the other.
  return { words: words ?? (await wordsOf("en").catch(() => wordsOf("es"))), answers };
}
