/** HTML as mail programs, shops and forms really write it, by name; for what must look right in every theme. */

/** What a dark desk does with it. */
export type DarkLook = 'dark' | 'paper';

export interface DressedMail {
  readonly html: string;
  readonly inTheDark: DarkLook;
}

const filler =
  'The lamp in room seven has been dark since Monday, and the caretaker says that the part is on its way.';

export const dressedMails: Readonly<Record<string, DressedMail>> = {
  'webmail reply without colours': {
    inTheDark: 'dark',
    html: `<div dir="ltr">Hello Anna,<div><br></div><div>${filler}</div><div><br></div><div>Best<br>Kim</div></div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, 23 Nov 2026 at 10:00, Anna wrote:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">Which room is it?</blockquote></div>`,
  },
  'office letter': {
    inTheDark: 'dark',
    html: `<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Word"><!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]--><style><!--
/* Font Definitions */
@font-face {font-family:Calibri; panose-1:2 15 5 2 2 2 4 3 2 4;}
/* Style Definitions */
p.MsoNormal, li.MsoNormal, div.MsoNormal {margin:0cm; margin-bottom:.0001pt; font-size:11.0pt; font-family:"Calibri",sans-serif; mso-fareast-language:EN-US;}
a:link, span.MsoHyperlink {mso-style-priority:99; color:#0563C1; text-decoration:underline;}
span.E17 {mso-style-type:personal-compose; font-family:"Calibri",sans-serif; color:windowtext;}
@page WordSection1 {size:612.0pt 792.0pt; margin:70.85pt 70.85pt 2.0cm 70.85pt;}
div.WordSection1 {page:WordSection1;}
--></style><!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>
<body lang=EN-GB link="#0563C1" vlink="#954F72"><div class=WordSection1><p class=MsoNormal>Dear all,<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><p class=MsoNormal><span style='color:#1F497D'>${filler}</span><o:p></o:p></p><p class=MsoNormal style='margin-left:36.0pt;text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>First point<o:p></o:p></p><table class=MsoTableGrid border=1 cellspacing=0 cellpadding=0 style='border-collapse:collapse;border:none'><tr><td width=200 valign=top style='width:150pt;border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'><p class=MsoNormal><b>Part</b></p></td><td width=200 style='border:solid windowtext 1.0pt;padding:0cm 5.4pt'><p class=MsoNormal>Fuse, 13 A</p></td></tr></table><p class=MsoNormal>See <a href="https://intra.example/parts">the list</a>.</p></div></body></html>`,
  },
  'newsletter in bands of colour': {
    inTheDark: 'paper',
    html: `<html><head><style type="text/css">body{margin:0;padding:0;background:#eef1f5} .wrap{width:600px} @media only screen and (max-width:620px){.wrap{width:100%!important} .col{display:block!important;width:100%!important}} @media (prefers-color-scheme:dark){body{background:#000}}</style></head><body bgcolor="#eef1f5"><div style="display:none;max-height:0;overflow:hidden;font-size:1px;color:#eef1f5">Autumn is here &zwnj;&nbsp;&zwnj;&nbsp;</div><table width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center"><table class="wrap" width="600" cellpadding="0" cellspacing="0" style="background:#ffffff"><tr><td style="background:#0f4c81;padding:24px;color:#ffffff;font:bold 24px Arial">Harbour Lights</td></tr><tr><td><img src="https://cdn.shop.example/hero.jpg" width="600" height="220" alt="A lamp on a quay" style="display:block;width:100%"></td></tr><tr><td style="padding:24px;font:16px/24px Arial;color:#333333"><h2 style="margin:0 0 12px;color:#0f4c81">Light for long evenings</h2><p style="margin:0 0 16px">${filler}</p><table cellpadding="0" cellspacing="0"><tr><td bgcolor="#e4572e" style="border-radius:4px"><a href="https://shop.example/autumn?utm=1" style="display:inline-block;padding:12px 24px;color:#ffffff;text-decoration:none;font-weight:bold">See the lamps</a></td></tr></table></td></tr><tr><td style="padding:0 24px 24px"><table width="100%"><tr><td class="col" width="50%" style="vertical-align:top;padding:8px;font:14px Arial;color:#333"><b>Table lamps</b><br>Small and warm.</td><td class="col" width="50%" style="vertical-align:top;padding:8px;font:14px Arial;color:#333"><b>Standing lamps</b><br>Tall and bright.</td></tr></table></td></tr><tr><td style="background:#f4f4f4;padding:16px;font:12px Arial;color:#777777;text-align:center">Harbour Lights, Quay 4. <a href="https://shop.example/leave" style="color:#777777">Unsubscribe</a><img src="https://track.shop.example/o.gif?u=4711" width="1" height="1" alt=""></td></tr></table></td></tr></table></body></html>`,
  },
  'receipt on white cards': {
    inTheDark: 'dark',
    html: `<html><head><style>body{background-color:#ffffff;font-family:Helvetica,Arial,sans-serif;color:#222222}.card{background-color:#f5f6f7;border:1px solid #dddddd;border-radius:8px;padding:16px}.small{color:#666666;font-size:12px}td{padding:4px 8px}</style></head><body><h1 style="font-size:20px">Your receipt</h1><div class="card"><table width="100%"><tr><td>Lamp, brass</td><td align="right">EUR 49.00</td></tr><tr><td>Postage</td><td align="right">EUR 4.90</td></tr><tr><td><b>Total</b></td><td align="right"><b style="color:#0a7d32">EUR 53.90</b></td></tr></table></div><p class="small">Paid by card ending in 4242.</p></body></html>`,
  },
  'letter from a tablet': {
    inTheDark: 'dark',
    html: `<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;"><div>Hi,</div><div><br></div><div>${filler}</div><div><span style="caret-color: rgb(0, 0, 0); color: rgb(0, 0, 0); font-family: Helvetica; font-size: 14px; float: none; display: inline !important;">Sent with best wishes</span></div><div style="background-color: rgb(255,255,255); color: black">Bo</div></body></html>`,
  },
  'newsletter that is dark itself': {
    inTheDark: 'paper',
    html: `<body style="margin:0;background:#101014"><table width="100%" bgcolor="#101014"><tr><td style="padding:32px;color:#f2f2f2;font:16px/26px Georgia,serif"><h1 style="color:#ffd166;font-weight:normal">Night edition</h1><p>${filler}</p><p style="color:#9aa0aa">You get this because you asked for it.</p></td></tr></table></body>`,
  },
  'coloured words': {
    inTheDark: 'dark',
    html: `<p>Please note: <font color="#cc0000"><b>not before Monday</b></font>, and <span style="color:navy">only by the side door</span>. <font color=blue>Thank you</font>. <span style="color:hsl(120,100%,20%)">Green is fine</span>, <span style="color:rgba(0,0,0,.54)">grey too</span>.</p>`,
  },
  'form of a web site': {
    inTheDark: 'dark',
    html: `<table width="99%" border="0" cellpadding="1" cellspacing="0" bgcolor="#EAEAEA"><tr><td><table width="100%" border="0" cellpadding="5" cellspacing="0" bgcolor="#FFFFFF"><tr bgcolor="#EAF2FA"><td colspan="2"><font style="font-family:sans-serif;font-size:12px"><strong>Name</strong></font></td></tr><tr bgcolor="#FFFFFF"><td width="20">&nbsp;</td><td><font style="font-family:sans-serif;font-size:12px">Kim Karlsen</font></td></tr><tr bgcolor="#EAF2FA"><td colspan="2"><font style="font-family:sans-serif;font-size:12px"><strong>Question</strong></font></td></tr><tr bgcolor="#FFFFFF"><td width="20">&nbsp;</td><td><font style="font-family:sans-serif;font-size:12px">${filler}</font></td></tr></table></td></tr></table>`,
  },
  'words on a picture': {
    inTheDark: 'paper',
    html: `<table width="600" background="https://cdn.shop.example/night.jpg" bgcolor="#203040" style="background-size:cover"><tr><td style="padding:40px;color:#fff;font:22px Arial">${filler}</td></tr></table>`,
  },
  'from right to left': {
    inTheDark: 'dark',
    html: `<div dir="rtl" style="text-align:right;font-family:Arial">مرحبا آنا،<br><br>المصباح في الغرفة السابعة مطفأ منذ يوم الاثنين.<br><br>مع التحية<br>كريم</div>`,
  },
  'no style at all': {
    inTheDark: 'dark',
    html: `<h2>Order 4711</h2><ul><li>One</li><li>Two</li></ul><p>${filler}</p><hr><p><a href="https://shop.example/4711">See it</a></p>`,
  },
  'a phish': {
    inTheDark: 'dark',
    html: `<p>Your account is closed. <a href="https://login.evil.example/bank">https://www.bank.example/login</a>, or <a href="http://bank.example@evil.example/">here</a>, or <a href="https://xn--pple-43d.example/">apple.example</a>.</p>`,
  },
};
