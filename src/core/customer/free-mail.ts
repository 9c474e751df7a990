/**
 * Domains under which anybody gets an address: who has one there belongs to no company by it.
 *
 * Promises: pure; also true for the national domains of the large providers (`yahoo.co.jp`).
 */
import { domainOf } from '../message/address.ts';

const domains = new Set(
  `gmail.com googlemail.com outlook.com hotmail.com live.com msn.com passport.com icloud.com me.com mac.com aol.com aim.com
  yahoo.com ymail.com rocketmail.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com
  fastmail.com fastmail.fm hey.com zoho.com mail.com email.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de
  arcor.de posteo.de posteo.net mailbox.org online.de 1und1.de vodafone.de vodafonemail.de kabelmail.de unitybox.de o2online.de
  bluewin.ch sunrise.ch hispeed.ch aon.at chello.at a1.net orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr
  libero.it virgilio.it alice.it tin.it tiscali.it tim.it email.it inwind.it iol.it telefonica.net terra.es ya.com
  sapo.pt mail.pt clix.pt iol.pt btinternet.com btopenworld.com virginmedia.com sky.com ntlworld.com talktalk.net blueyonder.co.uk
  ziggo.nl kpnmail.nl planet.nl hetnet.nl xs4all.nl home.nl upcmail.nl telenet.be skynet.be proximus.be
  telia.com tele2.se spray.se bredband.net comhem.se online.no broadpark.no tdcadsl.dk mail.dk stofanet.dk elisanet.fi kolumbus.fi luukku.com
  wp.pl o2.pl onet.pl op.pl interia.pl poczta.fm vp.pl tlen.pl gazeta.pl seznam.cz centrum.cz email.cz post.cz volny.cz azet.sk zoznam.sk
  freemail.hu citromail.hu indamail.hu abv.bg mail.bg dir.bg net.hr inet.hr otenet.gr forthnet.gr in.gr
  mail.ru bk.ru inbox.ru list.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru lenta.ru autorambler.ru ro.ru ukr.net i.ua meta.ua bigmir.net
  mail.ee inbox.lv one.lv inbox.lt qq.com foxmail.com 163.com 126.com yeah.net 188.com 139.com 189.cn wo.cn sina.com sina.cn sohu.com
  tom.com 21cn.com aliyun.com naver.com daum.net hanmail.net nate.com kakao.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp
  i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp so-net.ne.jp rediffmail.com indiatimes.com sify.com bsnl.in hinet.net seed.net.tw pchome.com.tw
  bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz telkomsa.net mweb.co.za vodamail.co.za walla.co.il walla.com 012.net.il
  bezeqint.net netvision.net.il mynet.com superonline.com ttmail.com uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com
  prodigy.net.mx speedy.com.ar fibertel.com.ar ciudad.com.ar comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net
  charter.net earthlink.net juno.com netzero.net optonline.net frontier.com rogers.com shaw.ca sympatico.ca bell.net telus.net videotron.ca
  duck.com mozmail.com privaterelay.appleid.com simplelogin.com inbox.com lycos.com excite.com usa.net hushmail.com runbox.com startmail.com disroot.org riseup.net`.split(
    /\s+/,
  ),
);

/** Providers that have the same name in many countries. */
const national =
  /^(?:yahoo|hotmail|live|outlook|gmx|yandex|ymail|rocketmail|msn|windowslive)\.(?:[a-z]{2}|(?:co|com|net)\.[a-z]{2})$/;

export function isFreeMail(domain: string): boolean {
  const name = domain.toLowerCase();
  return domains.has(name) || national.test(name);
}

/** The domain of a company that the address speaks for; undefined for one at a free provider. */
export function companyDomainOf(address: string): string | undefined {
  const domain = address.includes('@') ? domainOf(address) : '';
  return domain === '' || isFreeMail(domain) ? undefined : domain;
}
