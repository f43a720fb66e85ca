package dev.parley.bench;

import java.util.Random;
import java.util.SplittableRandom;

/**
 * Generates words with the frequencies of real text: few words are frequent, most are rare, and
 * some are names or numbers that occur once. Such text compresses about as well as real text.
 */
final class Vocabulary {
  private static final String[] WORDS =
      """
      the to you I a and of it is in that for have this on be with can not my your we so if but do
      are me was as at what will just please thank get know would an or order when there one from
      no yes all they how need about see like now time here up want out could has any help work
      by then make more than been should which some did use them other only sorry account day look
      who think after because new our still find first name also back email check before number
      where had next thing go does same two let way again last change right good problem today
      payment open sure page could line file question send call set answer try far much try over
      week add try point us run his her try side sign those into list own try start error code
      each report tell plan give show between team while try read even long used another address
      without message already keep system might part test later little phone date both ask every
      something month under through came product invoice service delivery customer meeting never
      since update agent data always such ticket version support value second able request few
      place far different window button seems screen figure end put user minutes during month
      case result maybe great however link table morning price option wrong reason detail once
      whether model box below above copy correct rather shipping refund password minute tomorrow
      size review summary step save download upload enough search document access half until
      believe format example country office device confirm contract history difference missing
      schedule section balance calendar language simple possible available expected according
      currently unfortunately immediately recommend transfer connection settings temporary
      travel hotel flight ticket passport booking luggage garden kitchen recipe butter engine
      bicycle weather umbrella pressure hospital medicine appointment insurance interest mortgage
      """
          .strip()
          .split("\\s+");

  private static final String[] SYLLABLES =
      """
      ba be bor bra cal chi con dan del dor el fa fen gar gil ham har il jan ka kel kor la len
      lin lo mar mel mi mon na ner ni nor ol par pe quin ra ren ri ro sa sel shi sol ta tam ter
      ti tor ul van ver vi wen win ya yo zan zel
      """
          .strip()
          .split("\\s+");

  /** The size of the table of words, a power of two. */
  private static final int PLACES = 1 << 14;

  private static final int PLAIN_WORDS_PER_RARE_ONE = 19;

  /**
   * The table of words. By Zipf's law, the number of entries of a word is proportional to 1 / rank.
   */
  private static final String[] BY_FREQUENCY = byFrequency();

  private Vocabulary() {}

  private static String[] byFrequency() {
    double all = 0;
    for (int rank = 1; rank <= WORDS.length; rank++) {
      all += 1.0 / rank;
    }
    String[] places = new String[PLACES];
    int rank = 0;
    double upTo = 0;
    for (int place = 0; place < PLACES; place++) {
      while (place >= upTo * PLACES && rank < WORDS.length) {
        rank++;
        upTo += 1.0 / rank / all;
      }
      places[place] = WORDS[rank - 1];
    }
    return places;
  }

  /** Generates sentences in ASCII with at least this number of characters and few more. */
  static String sentences(SplittableRandom random, int charactersMin) {
    StringBuilder text = new StringBuilder(charactersMin + 32);
    int leftOfSentence = 0;
    while (text.length() < charactersMin) {
      if (leftOfSentence == 0) {
        leftOfSentence = random.nextInt(4, 18);
        text.append(text.isEmpty() ? "" : random.nextInt(4) == 0 ? "? " : ". ");
      } else {
        text.append(random.nextInt(9) == 0 ? ", " : " ");
      }
      leftOfSentence--;
      if (random.nextInt(PLAIN_WORDS_PER_RARE_ONE + 1) == 0) {
        rare(random, text);
      } else {
        text.append(BY_FREQUENCY[random.nextInt() & PLACES - 1]);
      }
    }
    return text.append('.').toString();
  }

  /** Returns a word by its frequency, without rare names and numbers. */
  static String word(Random random) {
    return BY_FREQUENCY[random.nextInt(PLACES)];
  }

  private static void rare(SplittableRandom random, StringBuilder text) {
    if (random.nextInt(4) == 0) {
      text.append(random.nextInt(10, 100_000));
      return;
    }
    for (int i = random.nextInt(2, 5); i > 0; i--) {
      text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
    }
  }
}
