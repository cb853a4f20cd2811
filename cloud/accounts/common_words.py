"""Words people take for a password, without accents; collected for this product.

Only words that come to mind as a password: everyday syllables are left free, for three of them
that have nothing to do with each other are what the login page asks for.
"""

from typing import Final

_ENGLISH: Final = """
password passwd passw pass passwort passcode secret login logon signin admin administrator root
user username guest default welcome hello letmein letme access changeme change test testing temp
master superman batman spiderman pokemon dragon monkey shadow sunshine princess flower butterfly
football baseball basketball soccer hockey liverpool chelsea arsenal barcelona manchester united
juventus ronaldo messi iloveyou iloveu loveyou lovely forever lover love baby angel friend friends
family happy lucky money mother father daddy mommy sister brother michael jennifer jessica michelle
daniel thomas charlie andrew joshua matthew ashley nicole anthony robert jordan george william
computer internet samsung iphone nokia android google facebook youtube yahoo gmail hotmail apple
microsoft windows linux server oracle cisco office school student summer winter spring autumn
january february march april june july august september october november december monday sunday
trustno whatever nothing everything starwars matrix killer freedom hunter ginger pepper cookie
chocolate cheese banana orange purple yellow silver golden diamond crystal tiger eagle falcon
mustang ferrari porsche mercedes toyota honda yamaha suzuki harley corvette blink blessed jesus
christ heaven genesis phoenix thunder ranger buster maggie sophie bailey peanut snoopy garfield
mickey donald pumpkin sparky rainbow melissa amanda samantha victoria patrick alexander alexis
fuckyou fuckoff fuck asshole bitch pussy sexy hottie playboy qwerty qwert azerty asdf zxcv qazwsx
abcd asd qwe zxc aaa hacker gamer player winner number people vietnam hanoi saigon danang hue
"""

_VIETNAMESE: Final = """
matkhau matma mkhau khongbiet khongco khongnho khongcomatkhau quenroi quenmatkhau dangnhap taikhoan
admin quantri nguoidung giadinh giadinhtoi hanhphuc maimai mainho maiyeu yeuem yeuanh yeuanhnhieu
anhyeuem emyeuanh anhnhoem emnhoanh yeuembaochau tinhyeu tinhban cuocsong cuocdoi conyeu congai
contrai vochong vochongtoi chongyeu voyeu bome bomeyeu boyeu meyeu thuongme thuongnho emyeu anhyeu
ngoisao matroi mattrang anhtrang hoahong hoasen hoamai hoalan hoacuc bongda vietnam hanoi saigon
sgn hochiminh bacho hochiminhcity danang haiphong cantho nghean thanhhoa daklak buonmathuot
xinchao camon toiyeu toiyeuvietnam toilaai chaoban bimat khongchobiet deptrai xinhgai congchua
hoangtu thienthan thiensu phuongtrinh lovevn zalo viettel mobifone vinaphone vnpt momo agribank
vietcombank bidv techcombank dienthoai maytinh nhamang nhakinh nhavuon nongdan nongnghiep nongtrai
hoptacxa htx vuonso vuonrau vuontoi trangtrai tuoinuoc nguyen tran phamthi nguyenvan nguyenthi
tranvan tranthi levan lethi phamvan hoangvan minhanh tuananh hoanganh ngocanh quanganh thanhthao
thuylinh phuongthao minhtuan vantuan quoctuan thanhtung khanhlinh giabao bongbong cunyeu meomeo
conmeo conheo congiap doimoi chucmung namcmoi namoi chucmungnammoi tethoa songtot motminh
mottinhyeu
"""

WORDS: Final = frozenset(f"{_ENGLISH} {_VIETNAMESE}".split())
